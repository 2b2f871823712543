package org.muster.page;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files of the page: the WAR's own under {@code /assets}, and those of the WebJars in it, whose own version is left out
 * of the name: {@code webjars/uplot/dist/uPlot.min.css}.
 */
@ApplicationScoped
public class Assets {
    private static final String OWN = "/assets/";
    private static final String WEBJARS = "/webjars/";

    @Inject
    ServletContext files;

    /** Where each of the WAR's own files is, by its name. */
    private final Map<String, String> places = new ConcurrentHashMap<>();

    /** Where the files of each WebJar are, which servers do not list, by what their names begin with. */
    private final Map<String, String> libraries = new ConcurrentHashMap<>();

    private final Map<String, Asset> loaded = new ConcurrentHashMap<>();
    private Asset page;
    private String version;

    @PostConstruct
    void read() {
        inside(OWN).forEach(place -> places.put(place.substring(OWN.length()), place));
        for (var library : entries(WEBJARS)) {
            entries(library).forEach(release -> libraries.put(library.substring(1), release));
        }
        version = fingerprint();
        var shell = load("/index.html").text().replace("{version}", version);
        page = Asset.of("index.html", shell.getBytes(StandardCharsets.UTF_8));
    }

    /** What all files together are now: another one as soon as one of them is another. */
    String version() {
        return version;
    }

    /** The page itself, which names the version. */
    Asset page() {
        return page;
    }

    Optional<Asset> find(String name) {
        return place(name).map(place -> loaded.computeIfAbsent(name, unused -> load(place)));
    }

    private Optional<String> place(String name) {
        return Optional.ofNullable(places.get(name))
                .or(() -> libraries.keySet().stream()
                        .filter(name::startsWith)
                        .map(library -> libraries.get(library) + name.substring(library.length()))
                        .filter(this::isFile)
                        .findFirst());
    }

    private boolean isFile(String place) {
        try {
            return !place.contains("..") && !place.endsWith("/") && files.getResource(place) != null;
        } catch (MalformedURLException impossible) {
            return false;
        }
    }

    /** Of the contents of the WAR's own files; those of a WebJar do not change without its place. */
    private String fingerprint() {
        var all = new StringBuilder();
        for (var name : new TreeSet<>(places.keySet())) {
            all.append(name).append(' ').append(find(name).orElseThrow().hash()).append('\n');
        }
        new TreeSet<>(libraries.values()).forEach(release -> all.append(release).append('\n'));
        return Asset.of("", all.toString().getBytes(StandardCharsets.UTF_8)).hash();
    }

    private Asset load(String place) {
        try (var stream = files.getResourceAsStream(place)) {
            return Asset.of(place, stream.readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Set<String> inside(String folder) {
        var found = new TreeSet<String>();
        for (var entry : entries(folder)) {
            found.addAll(entry.endsWith("/") ? inside(entry) : Set.of(entry));
        }
        return found;
    }

    private Set<String> entries(String folder) {
        return Optional.ofNullable(files.getResourcePaths(folder)).orElse(Set.of());
    }
}
