package org.muster.page;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/**
 * The static files of the page: the WAR's own under {@code /assets}, code without its comments, and those of its WebJars, which are named without the version
 * of the WebJar: {@code webjars/uplot/dist/uPlot.min.css}.
 */
@ApplicationScoped
public class Assets {
    private static final String ASSETS = "/assets/";
    private static final String LANGUAGES = ASSETS + "languages/";
    private static final String WORKER = "/service-worker.js";
    private static final String WEBJARS = "/webjars/";

    /** One that has lines of its own. */
    private static final Pattern COMMENT = Pattern.compile("(?m)^[ \\t]*/\\*(?:[^*]++|\\*(?!/))*+\\*/[ \\t]*$");

    @Inject
    ServletContext files;

    /** The paths of the WAR's own files, by name. */
    private final Map<String, String> paths = new ConcurrentHashMap<>();

    /** The directories of the WebJars, by the prefix of their files' names. Servers do not list the files in them. */
    private final Map<String, String> libraries = new ConcurrentHashMap<>();

    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();
    private final Map<Page, Asset> pages = new ConcurrentHashMap<>();
    private final Map<String, Asset> welcomes = new ConcurrentHashMap<>();
    private Map<String, Texts> texts;
    private Modules modules;
    private Shell shell;
    private Asset worker;
    private String version;

    private record Page(String language, Optional<String> view) {}

    @PostConstruct
    void read() {
        filesIn(ASSETS).forEach(path -> paths.put(path.substring(ASSETS.length()), path));
        for (var library : entries(WEBJARS)) {
            entries(library).forEach(release -> libraries.put(library.substring(1), release));
        }
        version = hash();
        var script = load(WORKER).text().replace("{version}", version);
        worker = Asset.of(WORKER, script.getBytes(StandardCharsets.UTF_8));
        texts = filesIn(LANGUAGES).stream()
                .map(path -> new Texts(
                        path.substring(LANGUAGES.length()).replace(".js", ""),
                        load(path).text()))
                .collect(Collectors.toUnmodifiableMap(Texts::language, Function.identity()));
        var url = SettingsReader.read(Environment.ofProcess()).url();
        modules = new Modules(name -> find(name).orElseThrow().text());
        shell = new Shell(load("/index.html").text(), version, url.map(URI::toString));
    }

    /** Returns the service worker. */
    Asset worker() {
        return worker;
    }

    /** Returns the languages of the page, such as {@code en}. */
    Set<String> languages() {
        return texts.keySet();
    }

    /** Returns the version of the page, a hash of all files. */
    String version() {
        return version;
    }

    /**
     * Returns the HTML page in one of the {@linkplain #languages}; it refers to the other files by version.
     *
     * @param view its template in {@link PagePaths}; empty where no view is
     */
    Asset page(String language, Optional<String> view) {
        return pages.computeIfAbsent(
                new Page(language, view),
                page -> shell.page(texts.get(language), view.map(modules::of).orElseGet(modules::start)));
    }

    /** Returns the HTML of the home page for somebody who is not signed in. */
    Asset welcome(String language) {
        return welcomes.computeIfAbsent(
                language, any -> shell.welcome(texts.get(language), modules.of(PagePaths.HOME)));
    }

    /** Returns the HTML page of a view with a preview. */
    Asset page(String language, String view, Preview preview) {
        return shell.page(language, modules.of(view), preview);
    }

    /** Returns the file of this name; empty if there is none. */
    Optional<Asset> find(String name) {
        return path(name).map(path -> loaded.computeIfAbsent(name, unused -> load(path)));
    }

    private Optional<String> path(String name) {
        return Optional.ofNullable(paths.get(name))
                .or(() -> libraries.keySet().stream()
                        .filter(name::startsWith)
                        .map(library -> libraries.get(library) + name.substring(library.length()))
                        .filter(this::isFile)
                        .findFirst());
    }

    private boolean isFile(String path) {
        try {
            return !path.contains("..") && !path.endsWith("/") && files.getResource(path) != null;
        } catch (MalformedURLException impossible) {
            return false;
        }
    }

    /** Hashes the contents of the WAR's own files and the paths of the WebJars, which contain their versions. */
    private String hash() {
        var all = new StringBuilder();
        for (var name : new TreeSet<>(paths.keySet())) {
            all.append(name).append(' ').append(find(name).orElseThrow().hash()).append('\n');
        }
        new TreeSet<>(libraries.values()).forEach(release -> all.append(release).append('\n'));
        return Asset.of("", all.toString().getBytes(StandardCharsets.UTF_8)).hash();
    }

    private Asset load(String path) {
        try (var stream = files.getResourceAsStream(path)) {
            var content = stream.readAllBytes();
            return Asset.of(path, isCode(path) ? withoutComments(content) : content);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static boolean isCode(String path) {
        return path.startsWith(ASSETS) && (path.endsWith(".js") || path.endsWith(".css"));
    }

    /** Lines keep their numbers. */
    private static byte[] withoutComments(byte[] code) {
        return COMMENT.matcher(new String(code, StandardCharsets.UTF_8))
                .replaceAll(comment -> "\n".repeat((int) comment.group().lines().count() - 1))
                .getBytes(StandardCharsets.UTF_8);
    }

    private Set<String> filesIn(String folder) {
        var found = new TreeSet<String>();
        for (var entry : entries(folder)) {
            found.addAll(entry.endsWith("/") ? filesIn(entry) : Set.of(entry));
        }
        return found;
    }

    private Set<String> entries(String folder) {
        return Optional.ofNullable(files.getResourcePaths(folder)).orElse(Set.of());
    }
}
