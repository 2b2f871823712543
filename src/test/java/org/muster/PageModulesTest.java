package org.muster;

import static java.util.function.Predicate.isEqual;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which module of the page may import which. From the top: {@code app.js}, {@code routes.js}, the areas, {@code shell.js}, {@code ui/},
 * and the other modules at the root.
 */
class PageModulesTest {
    private static final Path ASSETS = Path.of("src/main/webapp/assets");
    private static final Set<String> AREAS = Set.of("members", "organize", "operate");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
    private static final Pattern STATIC =
            Pattern.compile("(?m)^(?:import|export)\\s(?:[^;\"]*\\sfrom\\s)?\"([^\"]+)\";");
    private static final Pattern DYNAMIC = Pattern.compile("\\bimport\\(\\s*\"([^\"]+)\"\\s*\\)");

    /** A module and one that it imports. */
    private record Arrow(String from, String to) {
        @Override
        public String toString() {
            return from + " -> " + to;
        }
    }

    @Test
    void everyImportIsThere() {
        var modules = modules();

        assertThat(arrows(STATIC, DYNAMIC).filter(arrow -> !modules.contains(arrow.to()) && !isLibrary(arrow.to())))
                .isEmpty();
    }

    @Test
    void thereIsNoCircle() {
        var imports = imports(STATIC, DYNAMIC);

        assertThat(imports.keySet())
                .allSatisfy(module -> assertThat(reachable(module, imports))
                        .as("what %s imports, itself or through others", module)
                        .doesNotContain(module));
    }

    @Test
    void onlyTheStartImportsTheRoutes() {
        assertThat(arrows(STATIC, DYNAMIC)
                        .filter(arrow -> arrow.to().equals("routes.js"))
                        .map(Arrow::from))
                .containsOnly("app.js");
        assertThat(arrows(STATIC, DYNAMIC).map(Arrow::to)).doesNotContain("app.js");
    }

    @Test
    void onlyTheStartAndTheRoutesImportAreasAndOnlyWhenAViewIsAskedFor() {
        assertThat(arrows(STATIC).filter(arrow -> isCore(arrow.from()) && !isCore(arrow.to())))
                .isEmpty();
        assertThat(arrows(DYNAMIC)
                        .filter(arrow -> isCore(arrow.from()) && !isCore(arrow.to()))
                        .map(Arrow::from))
                .containsOnly("app.js", "routes.js");
    }

    /** Members who organize get the organizers' tools on the members' pages; nobody else loads them. */
    @Test
    void areasDoNotImportEachOtherButForTheOrganizersTools() {
        assertThat(arrows(STATIC, DYNAMIC).filter(PageModulesTest::joinsAreas))
                .allSatisfy(arrow -> {
                    assertThat(area(arrow.from())).isEqualTo("members");
                    assertThat(arrow.to()).isEqualTo("organize/tools.js");
                })
                .isNotEmpty();
        assertThat(arrows(STATIC).filter(PageModulesTest::joinsAreas)).isEmpty();
    }

    @Test
    void theSharedPiecesDoNotKnowTheShell() {
        assertThat(arrows(STATIC, DYNAMIC)
                        .filter(arrow -> isCore(arrow.from()) && !arrow.from().equals("app.js"))
                        .map(Arrow::to))
                .doesNotContain("shell.js");
    }

    @Test
    void addressesImportNothing() {
        assertThat(arrows(STATIC, DYNAMIC).map(Arrow::from)).doesNotContain("address.js");
    }

    private static boolean joinsAreas(Arrow arrow) {
        return !isCore(arrow.from())
                && !isCore(arrow.to())
                && !area(arrow.from()).equals(area(arrow.to()));
    }

    private static boolean isCore(String module) {
        return !AREAS.contains(area(module));
    }

    /** The first folder of a module's path; empty for those at the root. */
    private static String area(String module) {
        return module.substring(0, Math.max(0, module.indexOf('/')));
    }

    private static boolean isLibrary(String module) {
        return area(module).equals("webjars");
    }

    private static Set<String> reachable(String start, Map<String, Set<String>> imports) {
        var found = new TreeSet<String>();
        var open = new ArrayDeque<>(imports.get(start));
        while (!open.isEmpty()) {
            var module = open.pop();
            if (found.add(module)) {
                open.addAll(imports.getOrDefault(module, Set.of()));
            }
        }
        return found;
    }

    private static Map<String, Set<String>> imports(Pattern... kinds) {
        return modules().stream()
                .collect(toMap(
                        module -> module,
                        module -> arrows(module, kinds).map(Arrow::to).collect(toCollection(TreeSet::new)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static Stream<Arrow> arrows(Pattern... kinds) {
        return modules().stream().flatMap(module -> arrows(module, kinds));
    }

    private static Stream<Arrow> arrows(String module, Pattern... kinds) {
        var file = ASSETS.resolve(module);
        var code = COMMENT.matcher(read(file)).replaceAll("");
        return Stream.of(kinds)
                .flatMap(kind -> kind.matcher(code).results())
                .map(found -> file.resolveSibling(found.group(1)).normalize())
                .map(imported -> new Arrow(module, name(imported)));
    }

    private static Set<String> modules() {
        try (var files = Files.walk(ASSETS)) {
            return files.map(PageModulesTest::name)
                    .filter(name -> name.endsWith(".js"))
                    .filter(Predicate.not(isEqual("first.js")))
                    .collect(toCollection(TreeSet::new));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String name(Path file) {
        return ASSETS.relativize(file).toString().replace('\\', '/');
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
