package huafang.faults;

import huafang.servers.Database;
import huafang.servers.FreePort;
import huafang.servers.KafkaBroker;
import huafang.servers.Leash;
import huafang.servers.MariaDbBinaries;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The services, each in processes of its own, with a broker and a database. Every service reaches
 * the others over links of its own: it has a loopback address at which they listen, and for which
 * alone the broker's name stands there.
 */
final class Fleet implements AutoCloseable {
    /** Whose jobs are meant where nothing is said. */
    static final String OWNER = "admin";

    /** Another one. */
    static final String GUEST = "guest";

    static final String PASSWORD = "a password for a trial";

    /** How long a worker that is told to end goes on with its images. */
    static final Duration GRACE = Duration.ofSeconds(1);

    /**
     * What takes longer hangs; the real engine's load is a step, too, on a machine that is busy.
     */
    private static final Duration LONGEST_STEP = Duration.ofSeconds(15);

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final String BROKER = "broker";

    /** By which the broker is called: another address for each service. */
    private static final String BROKER_HOST = "localhost";

    private static final String LOCAL = "127.0.0.1";
    private static final Duration START = Duration.ofMinutes(2);

    private final Path folder;
    private final Map<String, String> settings;
    private final boolean hasLinks;
    private final Path agent;
    private final int brokerPort = FreePort.any();
    private final int databasePort = FreePort.any();
    private final int downloaderPort = FreePort.any();
    private final Map<String, String> addresses = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final List<Jump> jumps = new CopyOnWriteArrayList<>();
    private final Map<String, List<Link>> links = new HashMap<>();

    /**
     * A time throughout which a service's clock was ahead.
     *
     * @param role of the service
     */
    record Jump(String role, Instant from, Instant to, Duration ahead) {}

    /** A fleet that is not started, of services that are set as the harness needs them. */
    Fleet(Path folder) throws IOException {
        this(folder, Map.of(), true);
    }

    /**
     * Likewise.
     *
     * @param folder for all that it writes
     * @param settings environment of each service, in place of what the harness gives it
     * @param hasLinks whether broker and database are reached over links, which take their time
     */
    Fleet(Path folder, Map<String, String> settings, boolean hasLinks) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.hasLinks = hasLinks;
        this.agent = CrashAgent.jar(Files.createDirectories(folder));
        Path models = Files.createDirectories(folder.resolve("models/Stable-diffusion"));
        try (var demo = Files.newDirectoryStream(ROOT.resolve("deploy/models/Stable-diffusion"))) {
            for (Path file : demo) {
                Files.copy(file, models.resolve(file.getFileName()));
            }
        }
        addBroker();
        addDatabase();
        addService("downloader", "model-downloader", "-Xmx96m", downloaderPort, Map.of());
    }

    private void addBroker() throws IOException {
        var command =
                java(
                        "-Xmx192m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        folder.resolve(BROKER).toString(),
                        Integer.toString(brokerPort),
                        BROKER_HOST);
        add(BROKER, () -> launch(BROKER, command, Map.of()), () -> listens(brokerPort));
    }

    private void addDatabase() {
        var home = folder.resolve("database");
        add(
                "database",
                () ->
                        Database.in(
                                        MariaDbBinaries.inBuildFolder(),
                                        home,
                                        log("database"),
                                        databasePort,
                                        PASSWORD)
                                .process(),
                () -> listens(databasePort));
    }

    /** Adds services; they are not started. */
    void addStorages(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            String name = "storage-" + i;
            String own = address(name);
            link(name, own, databasePort, databasePort);
            var url = "mysql://%s:%d/%s".formatted(own, databasePort, Database.NAME);
            addService(
                    name,
                    "storage-service",
                    "-Xmx192m",
                    FreePort.any(),
                    Map.of(
                            "QUARKUS_DATASOURCE_REACTIVE_URL",
                            url,
                            "QUARKUS_DATASOURCE_JDBC_URL",
                            "jdbc:" + url + "?sslMode=DISABLED&allowPublicKeyRetrieval=true",
                            "QUARKUS_DATASOURCE_USERNAME",
                            Database.USER,
                            "QUARKUS_DATASOURCE_PASSWORD",
                            PASSWORD));
        }
    }

    void addGateways(int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            String name = "gateway-" + i;
            String own = address(name);
            int storage = FreePort.any();
            links.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(
                            new Link(
                                    new InetSocketAddress(own, storage),
                                    () ->
                                            ports.entrySet().stream()
                                                    .filter(e -> e.getKey().startsWith("storage"))
                                                    .map(e -> at(e.getValue()))
                                                    .toList()));
            addService(
                    name,
                    "gateway-service",
                    "-Xmx192m",
                    FreePort.any(),
                    Map.of(
                            "HUAFANG_STORAGE_URL",
                            "http://" + own + ":" + storage,
                            "HUAFANG_DOWNLOADER_URL",
                            "http://" + LOCAL + ":" + downloaderPort,
                            "HUAFANG_ADMIN_PASSWORD",
                            PASSWORD,
                            "QUARKUS_SECURITY_USERS_EMBEDDED_USERS_GUEST",
                            PASSWORD,
                            "QUARKUS_SECURITY_USERS_EMBEDDED_ROLES_GUEST",
                            "user",
                            "QUARKUS_HTTP_AUTH_SESSION_ENCRYPTION_KEY",
                            "a key for a trial of 32 characters"));
        }
    }

    /**
     * Likewise.
     *
     * @param module the folder of the worker to run
     * @param slots images that it paints at once
     * @param breakages what is broken in it
     */
    Member addWorker(String module, int slots, Breakage... breakages) throws IOException {
        String name = "worker-" + (members("worker").size() + 1);
        addService(
                name,
                module,
                "-Xmx160m",
                FreePort.any(),
                Map.of(
                        "HUAFANG_WORKER_NAME",
                        name,
                        "HUAFANG_WORKER_SLOTS",
                        Integer.toString(slots),
                        "HUAFANG_WORKER_GRACE",
                        GRACE.toString(),
                        "HUAFANG_WORKER_LONGEST_STEP",
                        LONGEST_STEP.toString()),
                breakages);
        return members.get(name);
    }

    private void addService(
            String name,
            String module,
            String heap,
            int port,
            Map<String, String> own,
            Breakage... breakages)
            throws IOException {
        ports.put(name, port);
        String address = address(name);
        link(name, address, brokerPort, brokerPort);
        var agentArguments = new StringBuilder(crashFolder(name).toString());
        Arrays.stream(breakages).forEach(breakage -> agentArguments.append(',').append(breakage));
        var command =
                java(
                        heap,
                        "-Djdk.net.hosts.file=" + hosts(name, address),
                        "-javaagent:" + agent + "=" + agentArguments,
                        "-jar",
                        ROOT.resolve(module)
                                .resolve("target/quarkus-app/quarkus-run.jar")
                                .toString());
        var environment = new HashMap<>(own);
        environment.putAll(settings);
        environment.put("QUARKUS_HTTP_HOST", LOCAL);
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", BROKER_HOST + ":" + brokerPort);
        environment.put("HUAFANG_MODELS_DIRECTORY", folder.resolve("models").toString());
        environment.put("HUAFANG_SERVICE_PASSWORD", PASSWORD);
        add(name, () -> launch(name, command, environment), () -> isHealthy(port));
    }

    private void add(String name, Member.Program program, BooleanSupplier ready) {
        members.put(name, new Member(name, program, ready));
    }

    private void link(String name, String own, int port, int target) throws IOException {
        if (hasLinks) {
            links.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(new Link(new InetSocketAddress(own, port), () -> List.of(at(target))));
        }
    }

    /** A loopback address of its own, where links are. */
    private String address(String name) {
        if (!hasLinks) {
            return LOCAL;
        }
        if (!addresses.containsKey(name)) {
            addresses.put(name, "127.0.1." + (10 + addresses.size()));
        }
        return addresses.get(name);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(LOCAL, port);
    }

    private Path hosts(String name, String broker) throws IOException {
        return Files.writeString(
                folder.resolve(name + ".hosts"),
                "%s %s\n%s %s\n"
                        .formatted(
                                broker,
                                BROKER_HOST,
                                LOCAL,
                                InetAddress.getLocalHost().getHostName()));
    }

    private static List<String> java(String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(List.of(arguments));
        return command;
    }

    private Process launch(String name, List<String> command, Map<String, String> environment)
            throws IOException {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().putAll(environment);
        return Leash.start(builder);
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** Sets a service's clock ahead of the true time, for so long. */
    void jump(Member member, Duration ahead, Duration time)
            throws IOException, InterruptedException {
        Path clock = crashFolder(member.name()).resolve(CrashAgent.CLOCK);
        var from = Instant.now();
        Files.writeString(clock, "" + ahead.toSeconds());
        Thread.sleep(time);
        Files.writeString(clock, "0");
        jumps.add(new Jump(member.role(), from, Instant.now(), ahead));
    }

    /** How the services' clocks were set. */
    List<Jump> jumps() {
        return jumps;
    }

    /** A file here, named for a {@link CrashPoint}, has the member die there. */
    Path crashFolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve("crash").resolve(name));
    }

    /** Starts those that have one of these roles, and returns when they are ready. */
    void start(String... roles) throws IOException, InterruptedException {
        for (String role : roles) {
            for (Member member : members(role)) {
                member.start();
            }
        }
        for (String role : roles) {
            for (Member member : members(role)) {
                awaitReady(member);
            }
        }
    }

    void awaitReady(Member member) throws InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!member.isReady()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "%s was not ready after %d s; why stands in %s"
                                .formatted(member.name(), START.toSeconds(), log(member.name())));
            }
            Thread.sleep(50);
        }
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    Member member(String name) {
        return members.get(name);
    }

    /** All but the broker and the database. */
    List<Member> services() {
        return members.values().stream()
                .filter(member -> ports.containsKey(member.name()))
                .toList();
    }

    List<Member> members(String role) {
        return members.values().stream().filter(member -> member.role().equals(role)).toList();
    }

    /** The ways out of a member; none for the broker and the database. */
    List<Link> links(Member member) {
        return links.getOrDefault(member.name(), List.of());
    }

    List<URI> gateways() {
        return members("gateway").stream()
                .map(member -> URI.create("http://" + LOCAL + ":" + ports.get(member.name())))
                .toList();
    }

    /** For clients of the harness, past all links. */
    Map<String, Object> broker() {
        return Map.of("bootstrap.servers", LOCAL + ":" + brokerPort);
    }

    String jdbcUrl() {
        return "jdbc:mysql://%s:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true"
                .formatted(LOCAL, databasePort, Database.NAME);
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(at(port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isHealthy(int port) {
        try {
            var address = URI.create("http://" + LOCAL + ":" + port + "/q/health/ready");
            var connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2000);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        members.values().forEach(Member::end);
        for (List<Link> own : links.values()) {
            for (Link link : own) {
                link.close();
            }
        }
    }
}
