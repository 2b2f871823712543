package org.muster.mail;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Words mail: {@code en.properties} and {@code fr.properties} have for each kind {@code KIND.subject}, {@code KIND.body}, and {@code
 * KIND.action}, the label of its link. Paragraphs of the body are separated by an empty line; {@code {name}} stands for a value. A
 * paragraph with an empty value is left out.
 */
public final class Wording {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-zA-Z]+)}");
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

    private static final Map<Language, Wording> ALL = Arrays.stream(Language.values())
            .collect(Collectors.toMap(
                    language -> language, Wording::new, (one, other) -> one, () -> new EnumMap<>(Language.class)));

    private final Language language;
    private final Properties texts;

    private Wording(Language language) {
        this.language = language;
        texts = read(language);
    }

    public static Wording in(Language language) {
        return ALL.get(language);
    }

    /** The texts of a language, by their keys. */
    static Properties read(Language language) {
        var texts = new Properties();
        try (var file = new InputStreamReader(
                Wording.class.getResourceAsStream(language.code() + ".properties"), StandardCharsets.UTF_8)) {
            texts.load(file);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
        return texts;
    }

    /**
     * Words a mail about an account's security, or an invitation.
     *
     * @param kind such as {@code password.reset}
     * @param values by their names in the texts; plain text
     * @param link where the mail's action leads, if it has one
     */
    public MailText mail(String kind, Map<String, String> values, Optional<URI> link) {
        return mail(kind, values, link, List.of());
    }

    /**
     * Words a mail.
     *
     * @param footers links below it, each with the key of its label
     */
    public MailText mail(String kind, Map<String, String> values, Optional<URI> link, List<Footer> footers) {
        var paragraphs = Arrays.stream(text(kind + ".body").split("\n\n"))
                .filter(paragraph -> PLACEHOLDER
                        .matcher(paragraph)
                        .results()
                        .noneMatch(found -> value(values, found.group(1)).isEmpty()))
                .toList();
        var subject = subject(kind, values);
        return new MailText(
                subject,
                plain(kind, paragraphs, values, link, footers),
                html(kind, subject, paragraphs, values, link, footers));
    }

    /** The subject of a mail alone: one line. */
    public String subject(String kind, Map<String, String> values) {
        return BREAKS.matcher(filled(text(kind + ".subject"), values, any -> any))
                .replaceAll(" ");
    }

    /** A link below a mail: {@code label} is the key of its text. */
    public record Footer(String label, URI link) {}

    /** A text without values. */
    public String text(String key) {
        var text = texts.getProperty(key);
        if (text == null) {
            throw new IllegalArgumentException("no text " + key + " in " + language.code());
        }
        return text;
    }

    private String plain(
            String kind,
            List<String> paragraphs,
            Map<String, String> values,
            Optional<URI> link,
            List<Footer> footers) {
        var text = new StringBuilder();
        paragraphs.forEach(
                paragraph -> text.append(filled(paragraph, values, any -> any)).append("\n\n"));
        link.ifPresent(address -> text.append(text(kind + ".action"))
                .append(":\n")
                .append(address)
                .append("\n\n"));
        text.append("-- \nMuster\n");
        footers.forEach(footer ->
                text.append(text(footer.label)).append(": ").append(footer.link).append('\n'));
        return text.toString();
    }

    private String html(
            String kind,
            String subject,
            List<String> paragraphs,
            Map<String, String> values,
            Optional<URI> link,
            List<Footer> footers) {
        var body = new StringBuilder();
        paragraphs.forEach(paragraph -> body.append("<p>")
                .append(filled(escaped(paragraph), values, Wording::escaped).replace("\n", "<br>\n"))
                .append("</p>\n"));
        link.ifPresent(address -> body.append("<p>")
                .append(anchor(address, text(kind + ".action")))
                .append("</p>\n"));
        var below = footers.stream()
                .map(footer -> " · " + anchor(footer.link, text(footer.label)))
                .collect(Collectors.joining());
        return """
                <!DOCTYPE html>
                <html lang="%s">
                <head><meta charset="utf-8"><title>%s</title></head>
                <body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
                %s<hr>
                <p style="font-size: small">Muster%s</p>
                </body>
                </html>
                """.formatted(language.code(), escaped(subject), body, below);
    }

    private static String anchor(URI link, String label) {
        return "<a href=\"" + escaped(link.toString()) + "\">" + escaped(label) + "</a>";
    }

    private static String filled(String text, Map<String, String> values, UnaryOperator<String> form) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(form.apply(value(values, found.group(1)))));
    }

    private static String value(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value " + name);
        }
        return value;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
