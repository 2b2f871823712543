package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModulesTest {
    private static final Path ASSETS = Path.of("src/main/webapp/assets");

    private final Modules modules = new Modules(ModulesTest::source);

    @Test
    void everyViewHasItsModuleAndWhatThatImports() {
        assertThat(PagePaths.TEMPLATES)
                .allSatisfy(template -> assertThat(modules.of(template)).containsAll(modules.start()));
        assertThat(modules.of("groups/:group"))
                .contains("members/group.js", "members/month.js", "ui/initial.js")
                .doesNotContain("members/home.js", "organize/tools.js");
        assertThat(modules.of("groups/:group/series/:series")).contains("organize/series.js", "organize/access.js");
    }

    @Test
    void everyViewStartsWithTheStart() {
        assertThat(modules.start())
                .contains("app.js", "routes.js", "ui/page.js")
                .doesNotContain("first.js", "members/home.js", "languages/en.js");
    }

    /** What libraries import is not in the repository. */
    private static String source(String name) {
        try {
            return name.startsWith("webjars/") ? "" : Files.readString(ASSETS.resolve(name));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
