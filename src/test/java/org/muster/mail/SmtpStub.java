package org.muster.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A mail server that misbehaves as it is told to. It keeps what it has accepted, and how often. */
public final class SmtpStub implements AutoCloseable {
    private static final Pattern MESSAGE_ID = Pattern.compile("(?im)^Message-ID:\\s*<([^>]+)>");
    private static final Pattern RECIPIENT = Pattern.compile("(?i)RCPT TO:<([^>]*)>.*");

    /** What it does. */
    public enum Behaviour {
        ACCEPT,
        /** Asks for patience after RCPT. */
        DEFER,
        /** Has no such recipient. */
        REFUSE_RECIPIENT,
        /** Does not take mail from this sender. */
        REFUSE_SENDER,
        /** Does not take the message. */
        REFUSE_MESSAGE,
        /** Keeps the message and says nothing. */
        HANG_AFTER_DATA,
        /** Keeps the message and cuts the connection. */
        DROP_AFTER_DATA,
        /** Cuts the connection while the message is sent. */
        DROP_IN_DATA
    }

    /** A message that the server has taken, whatever it has said. */
    public record Taken(String id, String recipient, String text) {}

    private final ServerSocket server;
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Behaviour behaviour = Behaviour.ACCEPT;

    public SmtpStub() {
        this(0);
    }

    /** @param port where it listens; 0 for a free one */
    public SmtpStub(int port) {
        try {
            server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** The messages that it has taken, in order. */
    public List<Taken> taken() {
        return List.copyOf(taken);
    }

    private static void start(Runnable work) {
        var thread = new Thread(work, "smtp-stub");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var connection = server.accept();
                connections.add(connection);
                start(() -> serve(connection));
            } catch (IOException stopped) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var input = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
            converse(input, connection.getOutputStream());
        } catch (IOException lost) {
            // The client is gone.
        } finally {
            connections.remove(connection);
        }
    }

    private void converse(BufferedReader input, OutputStream output) throws IOException {
        say(output, "220 stub");
        var recipient = "";
        for (var line = input.readLine(); line != null; line = input.readLine()) {
            var verb = line.split("[ :]")[0].toUpperCase(Locale.ROOT);
            switch (verb) {
                case "MAIL" ->
                    say(output, behaviour == Behaviour.REFUSE_SENDER ? "550 5.7.1 not from you" : "250 2.1.0 ok");
                case "RCPT" -> {
                    var address = RECIPIENT.matcher(line);
                    recipient = address.matches() ? address.group(1) : "";
                    say(output, answerToRecipient());
                }
                case "DATA" -> {
                    say(output, "354 go on");
                    if (behaviour == Behaviour.DROP_IN_DATA) {
                        input.readLine();
                        return;
                    }
                    var answer = take(recipient, read(input));
                    if (answer.isEmpty()) {
                        return;
                    }
                    say(output, answer.get());
                }
                case "QUIT" -> {
                    say(output, "221 bye");
                    return;
                }
                default -> say(output, "250 ok");
            }
        }
    }

    private String answerToRecipient() {
        return switch (behaviour) {
            case DEFER -> "451 4.7.1 later";
            case REFUSE_RECIPIENT -> "550 5.1.1 nobody here";
            default -> "250 2.1.5 ok";
        };
    }

    /** Returns the answer; empty if the connection is cut. */
    private Optional<String> take(String recipient, String text) {
        if (behaviour == Behaviour.REFUSE_MESSAGE) {
            return Optional.of("554 5.6.0 not that");
        }
        var id = MESSAGE_ID.matcher(text);
        taken.add(new Taken(id.find() ? id.group(1) : "", recipient, text));
        if (behaviour == Behaviour.HANG_AFTER_DATA) {
            await();
        }
        return behaviour == Behaviour.ACCEPT ? Optional.of("250 2.0.0 taken") : Optional.empty();
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(BufferedReader input) throws IOException {
        var text = new StringBuilder();
        for (var line = input.readLine(); line != null && !line.equals("."); line = input.readLine()) {
            text.append(line.startsWith("..") ? line.substring(1) : line).append("\r\n");
        }
        return text.toString();
    }

    private static void say(OutputStream output, String line) throws IOException {
        output.write((line + "\r\n").getBytes(ISO_8859_1));
        output.flush();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (var connection : connections) {
                connection.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
