package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** What search engines, and what shows links, are told, by a server that knows its public address. */
class PreviewIT {
    private static final String URL = "https://muster.example.org";
    private static final String DESCRIPTION = "Hills & <b>woods</b>, \"slowly\"";

    private static EmbeddedDatabase database;
    private static Server server;
    private static Client nobody;
    private static Client olga;

    private final String name = "Walkers " + UUID.randomUUID();

    @BeforeAll
    static void start() {
        database = EmbeddedDatabase.temporary();
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("MUSTER_URL", URL);
        server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(server.base());
        olga = nobody.signedUp("Olga");
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @BeforeEach
    void serve() {
        database.start();
        server.awaitReady(Duration.ofMinutes(1));
    }

    @Test
    void aPublicGroupSaysWhatItIs() {
        var group = described("public");
        var slug = olga.get(group).string("slug");

        var page = nobody.get(Made.view(group));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(page.body())
                .contains(
                        "<title>%s – Muster</title>".formatted(name),
                        "<meta name=\"description\" content=\"Hills &#38; &#60;b&#62;woods&#60;/b&#62;, &#34;slowly&#34;\">",
                        property("og:title", name),
                        property("og:site_name", "Muster"),
                        property("og:type", "website"),
                        property("og:url", URL + "/groups/" + slug),
                        "<link rel=\"canonical\" href=\"%s/groups/%s\">".formatted(URL, slug),
                        "<h1>%s</h1><p class=\"lead\">Hills &#38; &#60;b&#62;woods&#60;/b&#62;, &#34;slowly&#34;</p>"
                                .formatted(name))
                .doesNotContain("<b>", "{");
        assertThat(nobody.get("/groups/" + slug).body()).isEqualTo(page.body());
        assertThat(nobody.with("If-None-Match", page.header("ETag"))
                        .get(Made.view(group))
                        .status())
                .isEqualTo(304);
    }

    @Test
    void aPublicActivitySaysWhenAndWhere() {
        var group = described("public");
        var hike = Made.published(olga, group, "Autumn hike", "'place':'Old mill'");

        var english = nobody.with("Accept-Language", "en-GB,fr;q=0.5").get(Made.view(hike));
        var french = nobody.with("Accept-Language", "xx, fr-CA").get(Made.view(hike));

        assertThat(english.body())
                .contains(
                        "<html lang=\"en\">",
                        "<title>Autumn hike – Muster</title>",
                        property("og:url", URL + Made.view(hike)),
                        property("og:description", name + " · Saturday, 17 June 2090, 18:30 · Old mill"));
        assertThat(french.body()).contains("<html lang=\"fr\">", "samedi 17 juin 2090");
        assertThat(french.response().headers().allValues("Vary")).contains("Accept-Language");
    }

    @Test
    void aHiddenGroupLooksAsIfItWereNotThere() {
        var hidden = described("private");
        var slug = olga.get(hidden).string("slug");
        var none = nobody.get("/groups/" + UUID.randomUUID());
        var hike = forMembers(hidden);

        for (var path : new String[] {Made.view(hidden), "/groups/" + slug, "/groups/no-such-group"}) {
            assertSame(nobody.get(path), none);
        }
        assertSame(
                nobody.get(Made.view(hike)),
                nobody.get("/groups/%s/activities/%s".formatted(UUID.randomUUID(), UUID.randomUUID())));
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.body())
                .contains("<title>Muster</title>", "<main id=\"main\" tabindex=\"-1\" aria-busy=\"true\"></main>")
                .doesNotContain("og:");
    }

    @Test
    void aPublicActivityOfAHiddenGroupDoesNotTellTheGroup() {
        var hidden = described("private");
        var hike = Made.published(olga, hidden, "Open hike", "");

        var page = nobody.get(Made.view(hike));

        assertThat(page.body()).contains("<title>Open hike – Muster</title>").doesNotContain(name, "walkers-");
    }

    @Test
    void theHomePageBeginsWithAWelcomeInTheLanguageOfWhoIsNotSignedIn() {
        var german = nobody.with("Accept-Language", "de-AT").get("/");
        var known = nobody.with("Cookie", "__Host-muster-session=1").get("/");

        assertThat(german.body()).contains("lang=\"de\"><header class=\"hero\"><div><h1>Gemeinsam planen");
        assertThat(german.header("Vary")).contains("Accept-Language").contains("Cookie");
        assertThat(known.body()).contains("<main id=\"main\" tabindex=\"-1\" aria-busy=\"true\"></main>");
    }

    @Test
    void aDraftIsNotTold() {
        var group = described("public");
        var draft = Made.draft(olga, group, "Secret plan", "");

        assertThat(nobody.get(Made.view(draft)).body()).contains("<title>Muster</title>");
    }

    @Test
    void whereThereIsNoViewPeopleGetThePageAndProgramsAProblem() {
        var people = nobody.with("Accept", "text/html,*/*").get("/groups/a/b");
        var program = nobody.with("Accept", "application/json").get("/groups/a/b");
        var api = nobody.with("Accept", "text/html,*/*").get("/api/v2/groups");

        assertThat(people.status()).isEqualTo(404);
        assertThat(people.header("Content-Type")).startsWith("text/html");
        assertThat(program.status()).isEqualTo(404);
        assertThat(program.string("type")).isEqualTo("/problems/not-found");
        assertThat(api.string("type")).isEqualTo("/problems/not-found");
    }

    @Test
    void withoutTheDatabaseThePageIsServedWithoutAPreview() {
        var group = described("public");
        database.stop();

        var page = nobody.get(Made.view(group));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Muster</title>");
    }

    @Test
    void searchEnginesFindWhatIsPublic() {
        var group = described("public");
        var hike = Made.published(olga, group, "Hike", "");
        var among = forMembers(group);
        var draft = Made.draft(olga, group, "Draft", "");
        var hidden = described("private");
        var open = Made.published(olga, hidden, "Open hike", "");

        var robots = nobody.get("/robots.txt");
        var sitemap = nobody.get("/sitemap.xml");

        assertThat(robots.header("Content-Type")).startsWith("text/plain");
        assertThat(robots.body().lines())
                .contains("User-agent: *", "Disallow: /api/", "Disallow: /me", "Sitemap: " + URL + "/sitemap.xml");
        assertThat(sitemap.header("Content-Type")).startsWith("application/xml");
        assertThat(sitemap.header("Cache-Control")).isEqualTo("public, max-age=3600");
        assertThat(sitemap.body())
                .contains(
                        "<loc>%s/groups/%s</loc>".formatted(URL, olga.get(group).string("slug")),
                        "<loc>%s%s</loc>".formatted(URL, Made.view(hike)))
                .doesNotContain(Made.view(among), Made.view(draft), Made.view(hidden), Made.view(open))
                .endsWith("</urlset>\n");
        // It is written anew after an hour only.
        described("public");
        assertThat(nobody.get("/sitemap.xml").body()).isEqualTo(sitemap.body());
    }

    private static void assertSame(Answer answer, Answer other) {
        assertThat(answer.status()).isEqualTo(other.status());
        assertThat(answer.body()).isEqualTo(other.body());
        assertThat(answer.header("ETag")).isEqualTo(other.header("ETag"));
        assertThat(answer.response().headers().map().keySet())
                .isEqualTo(other.response().headers().map().keySet());
    }

    private String described(String visibility) {
        var made = olga.post("/api/v1/groups", """
                {'name':'%s','zone':'America/Toronto','visibility':'%s','description':'%s'}
                """.formatted(name, visibility, DESCRIPTION.replace("\"", "\\\"")));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return "/api/v1/groups/" + made.id();
    }

    private static String forMembers(String group) {
        var made = olga.post(
                group + "/activities", "{'title':'Meeting','startsLocal':'2090-06-17T18:30','durationMinutes':90}");
        assertThat(olga.post(group + "/activities/" + made.id() + "/publish").status())
                .isEqualTo(200);
        return group + "/activities/" + made.id();
    }

    private static String property(String name, String content) {
        return "<meta property=\"%s\" content=\"%s\">".formatted(name, content);
    }
}
