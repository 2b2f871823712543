package org.muster.page;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The modules that each view of the page starts with. Its HTML names them all: else the browser would find them one after the other,
 * by what each imports.
 */
final class Modules {
    private static final String START = "app.js";
    private static final String ROUTES = "routes.js";
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^(?:import|export)\\s(?:[^;\"]*\\sfrom\\s)?\"([^\"]+)\";");
    private static final Pattern ROUTE =
            Pattern.compile("path: \"([^\"]*)\",\\s+load: \\(\\) => import\\(\"([^\"]+)\"\\)");

    private final UnaryOperator<String> sources;
    private final Map<String, Collection<String>> ofViews;

    /** @param sources the code of a module, by its name such as {@code ui/forms.js} */
    Modules(UnaryOperator<String> sources) {
        this.sources = sources;
        ofViews = ROUTE.matcher(sources.apply(ROUTES))
                .results()
                .collect(Collectors.toMap(
                        route -> route.group(1), route -> needed(START, resolved(ROUTES, route.group(2)))));
    }

    /** The modules of the view with this template of {@link PagePaths}, in the order of their names. */
    Collection<String> of(String template) {
        return ofViews.get(template);
    }

    /** The modules that every view starts with. */
    Collection<String> start() {
        return needed(START);
    }

    private Collection<String> needed(String... modules) {
        var found = new TreeSet<String>();
        var open = new ArrayDeque<>(List.of(modules));
        while (!open.isEmpty()) {
            var module = open.pop();
            if (found.add(module)) {
                imports(module).forEach(open::push);
            }
        }
        return found;
    }

    private Stream<String> imports(String module) {
        return IMPORT.matcher(sources.apply(module)).results().map(found -> resolved(module, found.group(1)));
    }

    private static String resolved(String module, String imported) {
        return URI.create("/" + module).resolve(imported).getPath().substring(1);
    }
}
