package org.muster.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The launcher as {@code mvn -Prun} starts it, in a process and a directory of its own. */
final class Launched implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 120;
    private static final String END = "(the end)";

    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> lines = new ArrayList<>();
    private final Path directory;
    private final Process process;
    private final Thread reader;
    private final Set<ProcessHandle> started = new HashSet<>();

    /** The build directory is shared, so that PostgreSQL is unpacked once. */
    Launched(Path directory, Path build, Map<String, String> environment, List<String> options) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.io.tmpdir=" + Files.createDirectories(temporary(directory)),
                "-Dproject.build.directory=" + build,
                property("server.home"),
                "-Dserver=" + System.getProperty("server"),
                property("muster.war"),
                Run.class.getName()));
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.matches("(DB|AWS|MUSTER|APP)_.*"));
        builder.environment().putAll(environment);
        process = builder.start();
        reader = new Thread(this::read);
        reader.start();
    }

    static Path temporary(Path directory) {
        return directory.resolve("tmp");
    }

    /** Waits for a line that starts like this. */
    String awaitLine(String start) throws InterruptedException {
        var line = "";
        while (!line.startsWith(start)) {
            line = unread.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(line)
                    .as("line \"%s...\" after %s", start, lines)
                    .isNotNull()
                    .isNotEqualTo(END);
        }
        new DataDirectory(directory.resolve("data")).postmaster().ifPresent(started::add);
        process.descendants().forEach(started::add);
        return line;
    }

    ProcessHandle server() {
        return process.children().findFirst().orElseThrow();
    }

    /** As Ctrl-C does, but to the launcher alone. */
    void interrupt() throws IOException, InterruptedException {
        var kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    void terminate() {
        // Not the process itself: that would close its output, too.
        process.toHandle().destroy();
    }

    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the launcher ends")
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    /** All that it has said; complete once it has ended. */
    List<String> lines() {
        return lines;
    }

    /** Those of its processes seen so far that still run. */
    List<ProcessHandle> running() {
        return started.stream()
                .filter(candidate -> candidate.info().command().isPresent())
                .toList();
    }

    @Override
    public void close() {
        process.descendants().forEach(started::add);
        process.toHandle().destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                unread.add(line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            unread.add(END);
        }
    }

    private static String property(String name) {
        return "-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath();
    }
}
