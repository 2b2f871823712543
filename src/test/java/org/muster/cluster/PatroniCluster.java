package org.muster.cluster;

import static org.muster.Await.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.replication.ReplicatedDatabase;
import org.muster.run.Processes;
import org.muster.run.Server;

/** Etcd and two nodes of PostgreSQL under Patroni, configured by {@code server-config/patroni}, as Debian packages them. */
final class PatroniCluster implements AutoCloseable {
    private static final Path CONFIGURATION = Path.of("server-config/patroni");
    private static final List<String> PROGRAMS = List.of("/usr/bin/patroni", "/usr/bin/etcd", "/usr/sbin/haproxy");
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final Path directory;
    private final String password = UUID.randomUUID().toString();
    private final int etcdPort = Server.freePort();
    private final int etcdPeerPort = Server.freePort();
    private final List<Node> nodes = List.of(new Node("a"), new Node("b"));
    private final Network betweenNodes;
    private Process etcd;

    /** A node: Patroni and its PostgreSQL. Clients use {@code port} and {@code apiPort}, the other node uses the peer ports. */
    static final class Node {
        private final String name;
        private final int port = Server.freePort();
        private final int apiPort = Server.freePort();
        private final int peerPort = Server.freePort();
        private final int peerApiPort = Server.freePort();
        private final int etcdPort = Server.freePort();
        private Network toEtcd;
        private Process patroni;

        private Node(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }

        private URI api(String path) {
            return URI.create("http://127.0.0.1:" + apiPort + path);
        }

        private boolean is(String role) {
            try {
                var request = HttpRequest.newBuilder(api("/" + role))
                        .timeout(Duration.ofSeconds(2))
                        .build();
                return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException down) {
                return false;
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    PatroniCluster() throws IOException {
        directory = Files.createTempDirectory("muster-cluster-");
        for (var file : List.of("patroni.yml", "create-muster.sh")) {
            Files.writeString(
                    directory.resolve(file),
                    Files.readString(CONFIGURATION.resolve(file))
                            .replace(
                                    "/etc/patroni/create-muster.sh",
                                    directory.resolve("create-muster.sh").toString()));
        }
        execute("chmod", "755", directory.resolve("create-muster.sh").toString());
        if (ROOT) {
            execute("chown", "-R", "postgres", directory.toString());
        }
        var peers = new HashMap<Integer, Integer>();
        for (var node : nodes) {
            peers.put(node.peerPort, node.port);
            peers.put(node.peerApiPort, node.apiPort);
            node.toEtcd = new Network(directory, node + "-etcd", Map.of(node.etcdPort, etcdPort));
        }
        betweenNodes = new Network(directory, "nodes", peers);
        startEtcd();
        for (var node : nodes) {
            start(node);
        }
    }

    /** The programs that are missing. */
    static List<String> missing() {
        return Stream.concat(
                        PROGRAMS.stream().filter(program -> !Files.isExecutable(Path.of(program))),
                        ReplicatedDatabase.installed().isEmpty() ? Stream.of("PostgreSQL") : Stream.empty())
                .toList();
    }

    void startEtcd() throws IOException {
        var client = "http://" + local(etcdPort);
        var peer = "http://" + local(etcdPeerPort);
        etcd = launch(
                "etcd",
                Map.of(),
                "etcd",
                "--data-dir",
                directory.resolve("etcd").toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                "default=" + peer);
    }

    void killEtcd() {
        etcd.destroyForcibly();
    }

    void start(Node node) throws IOException {
        node.patroni = launch(
                node.name,
                Map.ofEntries(
                        Map.entry("PATRONI_NAME", node.name),
                        Map.entry("PATRONI_ETCD3_HOSTS", "'" + local(node.etcdPort) + "'"),
                        // Or it would ask etcd for its address, and go there past the network that tests cut.
                        Map.entry("PATRONI_ETCD3_USE_PROXIES", "true"),
                        Map.entry("PATRONI_RESTAPI_LISTEN", local(node.apiPort)),
                        Map.entry("PATRONI_RESTAPI_CONNECT_ADDRESS", local(node.peerApiPort)),
                        Map.entry("PATRONI_POSTGRESQL_LISTEN", local(node.port)),
                        Map.entry("PATRONI_POSTGRESQL_CONNECT_ADDRESS", local(node.peerPort)),
                        Map.entry(
                                "PATRONI_POSTGRESQL_DATA_DIR",
                                directory.resolve(node.name).toString()),
                        Map.entry(
                                "PATRONI_POSTGRESQL_BIN_DIR",
                                ReplicatedDatabase.installed().orElseThrow().toString()),
                        Map.entry(
                                "PATRONI_POSTGRESQL_PGPASS",
                                directory.resolve("pgpass-" + node.name).toString()),
                        Map.entry("PATRONI_SUPERUSER_PASSWORD", password),
                        Map.entry("PATRONI_REPLICATION_PASSWORD", password),
                        Map.entry("MUSTER_DB_PASSWORD", password)),
                "patroni",
                directory.resolve("patroni.yml").toString());
    }

    private static String local(int port) {
        return "127.0.0.1:" + port;
    }

    private Process launch(String log, Map<String, String> environment, String... command) throws IOException {
        var all = new ArrayList<String>();
        if (ROOT) {
            // PostgreSQL refuses to run as root.
            all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        all.addAll(List.of(command));
        var process = new ProcessBuilder(all)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(log + ".log").toFile()));
        process.environment().putAll(environment);
        return process.start();
    }

    /** Waits until one node is the primary, and the other its synchronous standby. */
    void awaitComplete() {
        await(
                "a primary and a synchronous standby",
                TIMEOUT,
                () -> nodes.stream().anyMatch(node -> node.is("primary"))
                        && nodes.stream().anyMatch(node -> node.is("synchronous")));
    }

    Node primary() {
        return nodes.stream().filter(node -> node.is("primary")).findFirst().orElseThrow();
    }

    Node standby() {
        return nodes.stream().filter(node -> node.is("replica")).findFirst().orElseThrow();
    }

    boolean isPrimary(Node node) {
        return node.is("primary");
    }

    /** Has the standby take over in an orderly way. */
    void switchOver() throws IOException, InterruptedException {
        var primary = primary();
        var request = HttpRequest.newBuilder(primary.api("/switchover"))
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString("{\"leader\":\"" + primary + "\"}"))
                .build();
        var response = HTTP.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException("the switchover failed: " + response.body());
        }
    }

    /** Sends SIGKILL to all processes of a node, which simulates the loss of its machine. */
    void kill(Node node) throws IOException {
        var postmaster =
                Long.parseLong(Files.readString(directory.resolve(node.name).resolve("postmaster.pid"))
                        .lines()
                        .findFirst()
                        .orElseThrow()
                        .strip());
        Processes.signal(
                "KILL",
                Stream.concat(Processes.tree(node.patroni.pid()), Processes.tree(postmaster))
                        .toList());
    }

    /** Cuts the network between the nodes. Both reach etcd, and clients reach both. */
    void cutBetweenNodes() {
        betweenNodes.cut();
    }

    /** Cuts a node's network to etcd and to the other node. Clients reach it. */
    void isolate(Node node) {
        node.toEtcd.cut();
        betweenNodes.cut();
    }

    void heal() {
        nodes.forEach(node -> node.toEtcd.heal());
        betweenNodes.heal();
    }

    /** The servers' addresses, for Muster. */
    String hosts() {
        return nodes.stream().map(node -> local(node.port)).collect(Collectors.joining(","));
    }

    String password() {
        return password;
    }

    Connection connectToPrimary() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + hosts() + "/muster?targetServerType=primary", "muster", password);
    }

    private static void execute(String... command) throws IOException {
        try {
            new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() throws IOException {
        for (var node : nodes) {
            if (Files.exists(directory.resolve(node.name).resolve("postmaster.pid"))) {
                kill(node);
            }
            node.patroni.destroyForcibly();
            node.toEtcd.close();
        }
        betweenNodes.close();
        etcd.destroyForcibly();
        try {
            etcd.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        execute("rm", "-rf", directory.toString());
    }
}
