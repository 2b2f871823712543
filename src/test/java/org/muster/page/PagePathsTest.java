package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.groups.GroupKey;

class PagePathsTest {
    private static final Path ROUTES = Path.of("src/main/webapp/assets/routes.js");
    private static final Pattern ROUTE = Pattern.compile("\\bpath: \"([^\"]*)\"");
    private static final UUID ID = UUID.fromString("019cb2f8-a653-7893-923f-0824128b2f33");

    @Test
    void theServerKnowsTheViewsOfThePage() throws IOException {
        var routes = ROUTE.matcher(Files.readString(ROUTES)).results().map(found -> found.group(1));

        assertThat(PagePaths.TEMPLATES).containsExactlyInAnyOrderElementsOf(routes.toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/index.html",
                "/groups",
                "/groups/",
                "/groups/new",
                "/groups/trail-runners",
                "/groups/019cb2f8-a653-7893-923f-0824128b2f33/activities/019e3cc9-045b-7951-9d9d-c9f81818e822/queue",
                "/invitations"
            })
    void theseAreViews(String path) {
        assertThat(PagePaths.template(path)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//",
                "/nowhere",
                "/groups//",
                "/groups/a.b",
                "/groups/a/b",
                "/invitations/secret",
                "/index.html/groups",
                "/api/v1/groups"
            })
    void theseAreNot(String path) {
        assertThat(PagePaths.template(path)).isEmpty();
    }

    @Test
    void fixedSegmentsComeFirst() {
        assertThat(PagePaths.template("/groups/new")).contains("groups/new");
        assertThat(PagePaths.template("/groups/trail-runners")).contains("groups/:group");
    }

    @Test
    void aGroupsViewIsFoundByItsIdAndByItsSlug() {
        assertThat(PagePaths.group("/groups/" + ID).flatMap(GroupKey::id)).contains(ID);
        assertThat(PagePaths.group("/groups/trail-runners").flatMap(GroupKey::slug))
                .contains("trail-runners");
        assertThat(PagePaths.group("/groups/new")).isEmpty();
        assertThat(PagePaths.group("/groups")).isEmpty();
    }

    @Test
    void aSlugThatIsAnotherViewsIsNotThePathOfAGroup() {
        assertThat(PagePaths.of("trail-runners", ID)).isEqualTo("/groups/trail-runners");
        assertThat(PagePaths.of("import", ID)).isEqualTo("/groups/" + ID);
        assertThat(PagePaths.of(UUID.randomUUID().toString(), ID)).isEqualTo("/groups/" + ID);
    }
}
