package org.muster.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.muster.run.EmbeddedDatabase;

/**
 * Stands before a real PostgreSQL that trusts it, and lets in as RDS does: over TLS, with a token whose signature it computes again from
 * the secret key.
 */
final class IamDatabaseStub implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;

    private final EmbeddedDatabase database;
    private volatile String secretKey;
    private final SSLContext tls;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();

    /** @param certificate a file in PEM format beside the key store with its key, as {@code Certificates} makes them */
    IamDatabaseStub(EmbeddedDatabase database, String secretKey, Path certificate) throws Exception {
        this.database = database;
        this.secretKey = secretKey;
        tls = context(certificate);
        trustAll();
        server = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
        threads.execute(this::accept);
    }

    private void trustAll() throws Exception {
        Files.writeString(database.data().resolve("pg_hba.conf"), "host all all all trust\n");
        database.execute("SELECT pg_reload_conf()");
    }

    private static SSLContext context(Path certificate) throws GeneralSecurityException, IOException {
        var password = "changeit".toCharArray();
        var stored = KeyStore.getInstance("PKCS12");
        try (var file = Files.newInputStream(Path.of(certificate.toString().replace(".crt", ".p12")))) {
            stored.load(file, password);
        }
        var signed = KeyStore.getInstance("PKCS12");
        signed.load(null, password);
        try (var file = Files.newInputStream(certificate)) {
            var chain = CertificateFactory.getInstance("X.509").generateCertificates(file);
            signed.setKeyEntry("key", stored.getKey("key", password), password, chain.toArray(Certificate[]::new));
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(signed, password);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Accepts the tokens of another key from now on. */
    void expect(String key) {
        secretKey = key;
    }

    /** The tokens that were accepted. */
    List<String> tokens() {
        return tokens;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try {
            var request = new DataInputStream(plain.getInputStream());
            if (request.readInt() != 8 || request.readInt() != SSL_REQUEST) {
                plain.close();
                return;
            }
            plain.getOutputStream().write('S');
            var client = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
            client.setUseClientMode(false);
            var in = new DataInputStream(client.getInputStream());
            var out = new DataOutputStream(client.getOutputStream());
            var startUp = new byte[in.readInt() - 4];
            in.readFully(startUp);
            // Asks for a password in clear text.
            out.writeByte('R');
            out.writeInt(8);
            out.writeInt(3);
            out.flush();
            in.readByte();
            var token = new byte[in.readInt() - 4];
            in.readFully(token);
            if (accepts(new String(token, 0, token.length - 1, UTF_8))) {
                forward(client, in, out, startUp);
            } else {
                refuse(out);
                client.close();
            }
        } catch (IOException gone) {
            // The client, or the test, has closed it.
        }
    }

    private void forward(Socket client, InputStream in, DataOutputStream out, byte[] startUp) throws IOException {
        var postgres = new Socket(database.host(), database.port());
        sockets.add(postgres);
        var request = new DataOutputStream(postgres.getOutputStream());
        request.writeInt(startUp.length + 4);
        request.write(startUp);
        request.flush();
        threads.execute(() -> copy(postgres, out, client));
        copy(in, postgres.getOutputStream());
        postgres.close();
    }

    private static void copy(Socket from, OutputStream to, Socket client) {
        try (client) {
            copy(from.getInputStream(), to);
        } catch (IOException gone) {
            // Either side has closed it.
        }
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8_192];
        for (var count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            to.write(buffer, 0, count);
            to.flush();
        }
    }

    private static void refuse(DataOutputStream out) throws IOException {
        var error = "SFATAL\0C28000\0MPAM authentication failed for user \"muster\"\0\0".getBytes(UTF_8);
        out.writeByte('E');
        out.writeInt(error.length + 4);
        out.write(error);
        out.flush();
    }

    private boolean accepts(String token) {
        var host = "localhost:" + port();
        if (!token.startsWith(host + "/?")) {
            return false;
        }
        var parameters = new TreeMap<String, String>();
        for (var parameter : token.substring(token.indexOf('?') + 1).split("&")) {
            var parts = parameter.split("=", 2);
            parameters.put(parts[0], parts[1]);
        }
        var signature = parameters.remove("X-Amz-Signature");
        var valid = signature(host, parameters).equals(signature)
                && parameters.get("Action").equals("connect")
                && parameters.get("DBUser").equals(database.user())
                && parameters.get("X-Amz-Expires").equals("900");
        if (valid) {
            tokens.add(token);
        }
        return valid;
    }

    /** Signature version 4 of a GET with these parameters, which are encoded. */
    private String signature(String host, Map<String, String> parameters) {
        var query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(value));
        var canonical = "GET\n/\n" + query + "\nhost:" + host + "\n\nhost\n" + hash("");
        var scope = parameters.get("X-Amz-Credential").replace("%2F", "/").split("/", 2)[1];
        var text = "AWS4-HMAC-SHA256\n" + parameters.get("X-Amz-Date") + "\n" + scope + "\n" + hash(canonical);
        var key = ("AWS4" + secretKey).getBytes(UTF_8);
        for (var part : scope.split("/")) {
            key = hmac(key, part);
        }
        return HexFormat.of().formatHex(hmac(key, text));
    }

    private static String hash(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            threads.shutdownNow();
        }
    }
}
