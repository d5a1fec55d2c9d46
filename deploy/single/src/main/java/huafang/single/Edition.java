package huafang.single;

import huafang.servers.Database;
import huafang.servers.KafkaBroker;
import huafang.servers.MariaDbBinaries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The six parts of this edition: which program, with which memory, settings and patience. */
record Edition(Layout layout, Ports ports, Secrets secrets, String adminPassword) {
    private static final int KEY_LENGTH = 32;

    /** In the order of their start; each needs only what stands before it. */
    List<Part> parts(MariaDbBinaries binaries) {
        return List.of(
                broker(),
                new Part.Store(
                        binaries,
                        layout.database(),
                        layout.log("database"),
                        ports.database(),
                        databasePassword()),
                service("storage-service", ports.storage(), "-Xmx320m", 15, database()),
                service("model-downloader", ports.downloader(), "-Xmx96m", 10, Map.of()),
                // Loaded LoRAs lie outside of the heap, and would have no more room than it.
                service(
                        "inference-worker",
                        ports.worker(),
                        "-Xmx512m -XX:MaxDirectMemorySize=4g",
                        30,
                        Map.of()),
                service("gateway-service", ports.gateway(), "-Xmx256m", 10, gateway()));
    }

    String databasePassword() {
        return secrets.get("database", 20);
    }

    private Part broker() {
        var command =
                java(
                        new String[] {"-Xmx96m", "-XX:TieredStopAtLevel=1"},
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaBroker.class.getName(),
                        layout.broker().toString(),
                        Integer.toString(ports.broker()));
        return new Part.Program(
                "broker",
                command,
                Map.of(),
                layout.log("broker"),
                new Part.Listens(ports.broker()),
                20);
    }

    private Part service(
            String module, int port, String memory, int patience, Map<String, String> settings) {
        var environment = new HashMap<>(settings);
        environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + ports.broker());
        environment.put("HUAFANG_MODELS_DIRECTORY", layout.models().toString());
        environment.put("HUAFANG_SERVICE_PASSWORD", secrets.get("service", KEY_LENGTH));
        environment.put("MALLOC_ARENA_MAX", "2"); // glibc would keep an arena per thread
        return new Part.Program(
                module,
                java(memory.split(" "), "-jar", layout.serviceJar(module).toString()),
                environment,
                layout.log(module),
                Part.Answers.health(port),
                patience);
    }

    private Map<String, String> database() {
        var address = "mysql://127.0.0.1:" + ports.database() + "/" + Database.NAME;
        return Map.of(
                "QUARKUS_DATASOURCE_REACTIVE_URL",
                address,
                "QUARKUS_DATASOURCE_JDBC_URL",
                "jdbc:" + address + "?sslMode=DISABLED",
                "QUARKUS_DATASOURCE_USERNAME",
                Database.USER,
                "QUARKUS_DATASOURCE_PASSWORD",
                databasePassword());
    }

    private Map<String, String> gateway() {
        return Map.of(
                "HUAFANG_STORAGE_URL",
                "http://127.0.0.1:" + ports.storage(),
                "HUAFANG_DOWNLOADER_URL",
                "http://127.0.0.1:" + ports.downloader(),
                "HUAFANG_ADMIN_PASSWORD",
                literally(adminPassword),
                "QUARKUS_HTTP_AUTH_SESSION_ENCRYPTION_KEY",
                secrets.get("session", KEY_LENGTH));
    }

    /** The services' configuration would read a dollar as the beginning of an expression. */
    static String literally(String value) {
        return value.replace("$", "\\$");
    }

    private List<String> java(String[] memory, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:ErrorFile=" + layout.log("crash-%p"),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED"));
        command.addAll(List.of(memory));
        command.addAll(List.of(arguments));
        return command;
    }
}
