package huafang.single;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The whole product in a process and a {@code var/} of its own, for a measurement or a test, with a
 * client that is signed in.
 */
final class Trial implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("Huafang is ready: (http://\\S+)  \\(user admin, password (.+)\\)");
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Layout layout;
    private final Process process;
    private final String url;
    private final String password;
    private final HttpClient http = HttpClient.newHttpClient();

    private Trial(Layout layout, Process process, String url, String password) {
        this.layout = layout;
        this.process = process;
        this.url = url;
        this.password = password;
    }

    /** Starts it and returns when it says that it is ready. */
    static Trial start(Path root, Path var, int port) throws IOException {
        var process = launch(root, var, port, "run");
        var said = new ArrayList<String>();
        var lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line; (line = lines.readLine()) != null; ) {
            said.add(line);
            var ready = READY.matcher(line);
            if (ready.matches()) {
                Thread.ofVirtual().start(() -> drain(lines));
                var layout = Layout.of(root, var.toString());
                return new Trial(layout, process, ready.group(1), ready.group(2));
            }
        }
        throw new IllegalStateException("Huafang did not start: " + String.join("\n", said));
    }

    /** Runs another command of the launcher beside it, and returns what it said. */
    String refused(String command) throws IOException, InterruptedException {
        int port = URI.create(url).getPort();
        var other = launch(layout.root(), layout.var(), port, command);
        var said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return "exit " + other.waitFor() + ": " + said.strip();
    }

    private static Process launch(Path root, Path var, int port, String command)
            throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        command);
        builder.directory(root.toFile()).redirectErrorStream(true);
        builder.environment().put("HUAFANG_VAR", var.toString());
        builder.environment().put("HUAFANG_PORT", Integer.toString(port));
        builder.environment().remove("HUAFANG_ADMIN_PASSWORD");
        return builder.start();
    }

    private static void drain(BufferedReader lines) {
        lines.lines().forEach(line -> {});
    }

    String url() {
        return url;
    }

    String password() {
        return password;
    }

    Layout layout() {
        return layout;
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofByteArray());
    }

    /** Has a job queued; its address is the answer. */
    String submit(String request) throws IOException, InterruptedException {
        var answer = post("/api/v1/jobs", request);
        return answer.headers()
                .firstValue("Location")
                .orElseThrow(() ->
                        new IllegalStateException(
                                new String(answer.body(), StandardCharsets.UTF_8)));
    }

    /** Reads a stream of server-sent events to its end. */
    void follow(String path) throws IOException, InterruptedException {
        var request = request(path).header("Accept", "text/event-stream").GET().build();
        try (var lines = http.send(request, BodyHandlers.ofLines()).body()) {
            lines.forEach(line -> {});
        }
    }

    HttpResponse<byte[]> post(String path, String json) throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build();
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        var user = ("admin:" + password).getBytes(StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }

    /** What {@code make sql} prints. */
    String sql(String statement) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(layout.root().resolve("deploy/command").toString(), "sql");
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("HUAFANG_VAR", layout.var().toString());
        builder.environment().put("HUAFANG_SQL", statement);
        var client = builder.start();
        var printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (client.waitFor() != 0) {
            throw new IllegalStateException("make sql failed: " + statement);
        }
        return printed;
    }

    /** The part's latest process. */
    ProcessHandle part(String name) {
        return parts().stream()
                .filter(entry -> entry.name().equals(name))
                .reduce((earlier, later) -> later)
                .flatMap(Instance.Entry::process)
                .orElseThrow(() -> new IllegalStateException(name + " does not run"));
    }

    List<Instance.Entry> parts() {
        return Instance.entries(layout.run());
    }

    /** Memory of all processes, shared pages counted once for each: bytes. */
    long residentBytes() throws IOException {
        long sum = 0;
        for (var part : parts()) {
            var running = part.process();
            if (running.isPresent()) {
                sum += residentBytes(running.get().pid());
            }
        }
        return sum;
    }

    static long residentBytes(long pid) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        }
    }

    /** Ends it as Ctrl-C does; {@code var/} stays. */
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
