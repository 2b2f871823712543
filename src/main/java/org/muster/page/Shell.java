package org.muster.page;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The HTML page, with places in braces for what differs: the version of the static files, the language, a preview, and the beginning of a
 * view, which browsers show before they have loaded the modules.
 */
final class Shell {
    private static final String NAME = "Muster";
    private static final Pattern PLACE =
            Pattern.compile("\\{(version|language|title|description|preview|modules|beginning)}");
    private static final Pattern SPECIAL = Pattern.compile("[&<>\"']");

    private final String template;
    private final String version;
    private final Optional<String> url;

    /** @param url the public address, of which a preview names its page; empty if it is not configured */
    Shell(String template, String version, Optional<String> url) {
        this.template = template;
        this.version = version;
        this.url = url;
    }

    /** The page of a view without a preview, with the modules that it starts with. */
    Asset page(Texts texts, Collection<String> modules) {
        return page(texts, modules, "");
    }

    /** The home page for somebody who is not signed in. */
    Asset welcome(Texts texts, Collection<String> modules) {
        var heading = heading(texts.get("welcome.title"), texts.get("welcome.lead"));
        var beginning =
                "<div class=\"view welcome\" lang=\"%s\"><header class=\"hero\"><div>%s</div><div></div></header></div>";
        return page(texts, modules, beginning.formatted(texts.language(), heading));
    }

    private Asset page(Texts texts, Collection<String> modules, String beginning) {
        return page(texts.language(), modules, NAME, texts.get("app.description"), "", beginning);
    }

    /** The page of a view with this preview. */
    Asset page(String language, Collection<String> modules, Preview preview) {
        var description = preview.description().isEmpty() ? preview.title() : preview.description();
        return page(
                language,
                modules,
                preview.title() + " \u2013 " + NAME,
                description,
                openGraph(preview, description),
                "<div class=\"view\"><header class=\"view-head\">%s</header></div>"
                        .formatted(heading(preview.title(), preview.description())));
    }

    private Asset page(
            String language,
            Collection<String> modules,
            String title,
            String description,
            String preview,
            String beginning) {
        var links = modules.stream().map(this::preloaded).collect(Collectors.joining());
        var values = Map.of(
                "version", version,
                "language", language,
                "title", escaped(title),
                "description", escaped(description),
                "preview", preview,
                "modules", links,
                "beginning", beginning);
        var html = PLACE.matcher(template).replaceAll(place -> Matcher.quoteReplacement(values.get(place.group(1))));
        return Asset.of("index.html", html.getBytes(StandardCharsets.UTF_8));
    }

    private static String heading(String title, String lead) {
        return "<h1>" + escaped(title) + "</h1>"
                + (lead.isEmpty() ? "" : "<p class=\"lead\">" + escaped(lead) + "</p>");
    }

    private String preloaded(String module) {
        return "\n    <link rel=\"modulepreload\" fetchpriority=\"low\" href=\"/assets/%s/%s\">"
                .formatted(version, module);
    }

    private String openGraph(Preview preview, String description) {
        var lines = new StringBuilder()
                .append(property("og:site_name", NAME))
                .append(property("og:type", "website"))
                .append(property("og:title", preview.title()))
                .append(property("og:description", description));
        url.map(base -> base + preview.path())
                .ifPresent(address -> lines.append(property("og:url", address))
                        .append("\n    <link rel=\"canonical\" href=\"%s\">".formatted(escaped(address))));
        return lines.toString();
    }

    private static String property(String name, String content) {
        return "\n    <meta property=\"%s\" content=\"%s\">".formatted(name, escaped(content));
    }

    private static String escaped(String text) {
        return SPECIAL.matcher(text)
                .replaceAll(found -> "&#" + (int) found.group().charAt(0) + ";");
    }
}
