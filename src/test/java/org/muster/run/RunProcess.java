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

/** The launcher of {@code mvn -Prun}, in its own process and directory. */
final class RunProcess implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 120;
    private static final String END_OF_OUTPUT = "(end of output)";
    private static final String NOTE_OF_THE_JVM = "NOTE: Picked up JDK_JAVA_OPTIONS";

    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final List<String> lines = new ArrayList<>();
    private final Path directory;
    private final Process process;
    private final Thread reader;
    private final Set<ProcessHandle> started = new HashSet<>();

    /** @param build the build directory, which can be shared, so that PostgreSQL is unpacked once */
    RunProcess(Path directory, Path build, Map<String, String> environment, List<String> options) throws IOException {
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

    /** Waits for a line that starts with this text. */
    String awaitLine(String start) throws InterruptedException {
        var line = "";
        while (!line.startsWith(start)) {
            line = unread.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            assertThat(line)
                    .as("line \"%s...\" after %s", start, lines)
                    .isNotNull()
                    .isNotEqualTo(END_OF_OUTPUT);
        }
        new DataDirectory(directory.resolve("data")).postmaster().ifPresent(started::add);
        process.descendants().forEach(started::add);
        return line;
    }

    ProcessHandle server() {
        return process.children().findFirst().orElseThrow();
    }

    /** Sends SIGINT, as Ctrl-C does, but to the launcher only. */
    void interrupt() throws IOException, InterruptedException {
        var kill = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    void terminate() {
        // Process.destroy would also close the output.
        process.toHandle().destroy();
    }

    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                .as("the launcher ends")
                .isTrue();
        reader.join();
        return process.exitValue();
    }

    /** Returns the output so far; complete once the process has ended. */
    List<String> lines() {
        return lines;
    }

    /** Returns the child processes seen so far that are still running. */
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
                if (!line.startsWith(NOTE_OF_THE_JVM)) {
                    lines.add(line);
                    unread.add(line);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            unread.add(END_OF_OUTPUT);
        }
    }

    private static String property(String name) {
        return "-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath();
    }
}
