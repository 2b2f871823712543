package org.muster.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.muster.mail.Wording.Footer;

class WordingTest {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}");

    @Test
    void allLanguagesHaveTheSameTextsWithTheSameValues() {
        var english = Wording.read(Language.EN);
        var french = Wording.read(Language.FR);

        assertThat(new TreeSet<>(french.keySet())).isEqualTo(new TreeSet<>(english.keySet()));
        english.forEach((key, text) -> assertThat(placeholders(french.getProperty((String) key)))
                .as((String) key)
                .isEqualTo(placeholders((String) text)));
    }

    private static TreeSet<String> placeholders(String text) {
        var names = new TreeSet<String>();
        PLACEHOLDER.matcher(text).results().map(MatchResult::group).forEach(names::add);
        return names;
    }

    @Test
    void valuesAreTextInHtml() {
        var mail = moved("<b>Hike</b> & \"run\"", "");

        assertThat(mail.html())
                .contains("&lt;b&gt;Hike&lt;/b&gt; &amp; &quot;run&quot;")
                .doesNotContain("<b>Hike");
        assertThat(mail.text()).contains("<b>Hike</b> & \"run\"");
    }

    @Test
    void aValueIsNotSearchedForOthers() {
        assertThat(moved("{group} $1 \\", "").text()).contains("{group} $1 \\");
    }

    @Test
    void aSubjectIsOneLine() {
        assertThat(moved("Hike\r\nBcc: all@example.org", "").subject()).isEqualTo("Changed: Hike Bcc: all@example.org");
    }

    @Test
    void aParagraphWithAnEmptyValueIsLeftOut() {
        assertThat(moved("Hike", "").text()).doesNotContain("\n\n\n");
        assertThat(moved("Hike", "At the <lake>").html()).contains("<p>At the &lt;lake&gt;</p>");
    }

    @Test
    void linksAreInBothForms() {
        var mail = moved("Hike", "");

        assertThat(mail.text())
                .contains("Open the activity:\nhttps://muster.example.org/#/a\n")
                .contains("Choose what you get mail about: https://muster.example.org/#/me\n");
        assertThat(mail.html())
                .contains("<a href=\"https://muster.example.org/#/a\">Open the activity</a>")
                .contains("<html lang=\"en\">");
    }

    private static MailText moved(String activity, String place) {
        return Wording.in(Language.EN)
                .mail(
                        "activity.moved",
                        Map.of("activity", activity, "when", "Monday", "place", place, "group", "Group"),
                        Optional.of(URI.create("https://muster.example.org/#/a")),
                        List.of(new Footer("footer.settings", URI.create("https://muster.example.org/#/me"))));
    }
}
