package org.muster.connections;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority and the certificates that it signs, created with the JDK's keytool in one directory. */
public final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final String authority;

    /** Creates an authority of this name. */
    public Certificates(Path directory, String authority) {
        this.directory = directory;
        this.authority = authority;
        keytool(authority, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + authority, "-ext", "bc:c");
        keytool(authority, "-exportcert", "-rfc", "-file", certificate().toString());
    }

    /** Returns the authority's own certificate, in PEM format. */
    public Path certificate() {
        return directory.resolve(authority + ".crt");
    }

    /** Creates a server certificate for this host name, and its key: {@code NAME.crt} and {@code NAME.key}, in PEM format. */
    public Path server(String name, String host) {
        var request = directory.resolve(name + ".csr").toString();
        // GnuTLS does not read keys of elliptic curves as the JDK writes them.
        keytool(name, "-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + name);
        keytool(name, "-certreq", "-file", request);
        var certificate = directory.resolve(name + ".crt");
        keytool(
                authority,
                "-gencert",
                "-rfc",
                "-infile",
                request,
                "-outfile",
                certificate.toString(),
                "-ext",
                "san=dns:" + host);
        try (var store = Files.newInputStream(store(name))) {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(store, PASSWORD.toCharArray());
            var key = keys.getKey("key", PASSWORD.toCharArray()).getEncoded();
            var file = Files.createFile(
                    directory.resolve(name + ".key"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    file,
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
                            + "\n-----END PRIVATE KEY-----\n");
            return certificate;
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Path store(String name) {
        return directory.resolve(name + ".p12");
    }

    private void keytool(String store, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-keystore", store(store).toString(), "-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", "key"));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(output);
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
