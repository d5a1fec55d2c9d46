package huafang.single;

import huafang.servers.Database;
import huafang.servers.Folders;
import huafang.servers.MariaDbBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code run}, {@code stop} and {@code clean-state}, as the Makefile calls them. */
public final class Main {
    private static final long STOP_SECONDS = 120;

    private final Layout layout;

    private Main(Layout layout) {
        this.layout = layout;
    }

    public static void main(String[] arguments) throws Exception {
        var main = new Main(Layout.of(Path.of(""), System.getenv("HUAFANG_VAR")));
        try {
            switch (arguments.length == 1 ? arguments[0] : "") {
                case "run" -> main.run();
                case "stop" -> main.stop();
                case "clean-state" -> main.cleanState();
                default -> throw new Refusal("usage: Main run|stop|clean-state");
            }
        } catch (Refusal e) {
            System.err.println(e.getMessage());
            System.exit(1);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("A file under var/ could not be read or written: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException, InterruptedException {
        var instance = Instance.take(layout.run()).orElseThrow(this::alreadyRunning);
        endStrays(instance);
        var ports = Ports.choose(System.getenv("HUAFANG_PORT"));
        Preflight.check(layout, ports.gateway());
        say("Starting Huafang …");
        instance.begin("http://localhost:" + ports.gateway());

        var secrets = new Secrets(layout.secrets());
        var admin = adminPassword(secrets);
        var edition = new Edition(layout, ports, secrets, admin);
        DemoModel.place(layout.demoModels(), layout.models());
        var binaries = MariaDbBinaries.inBuildFolder();
        var product = new Product(layout, edition.parts(binaries), instance::add, Main::say);
        var ending = new Ending(product, instance);
        Runtime.getRuntime().addShutdownHook(new Thread(ending, "ending"));
        try {
            if (product.start()) {
                ending.started(
                        DatabaseClient.write(
                                layout.run(), ports.database(), edition.databasePassword()));
                welcome(ports, secrets, admin).forEach(Main::say);
            }
        } catch (IllegalStateException e) { // a server that did not start says why
            throw new Refusal(e.getMessage());
        }
        new CountDownLatch(1).await();
    }

    private static String adminPassword(Secrets secrets) {
        var given = System.getenv("HUAFANG_ADMIN_PASSWORD");
        return given == null || given.isEmpty()
                ? secrets.get("admin", 16)
                : secrets.put("admin", given);
    }

    private List<String> welcome(Ports ports, Secrets secrets, String admin) {
        var url = "http://localhost:" + ports.gateway();
        return List.of(
                "Page:      " + url + "/",
                "API:       " + url + "/api",
                "Database:  mysql --protocol=tcp -h 127.0.0.1 -P %d -u %s -p %s"
                                .formatted(ports.database(), Database.USER, Database.NAME)
                        + " (password in %s), or make sql Q=\"SELECT …\""
                                .formatted(layout.shown(secrets.file("database"))),
                "Models:    put .safetensors files into "
                        + layout.shown(layout.models().resolve("Stable-diffusion")),
                "Logs:      " + layout.shown(layout.log("x").getParent()),
                "Huafang is ready: %s  (user admin, password %s)".formatted(url, admin));
    }

    private void stop() throws InterruptedException {
        var instance = Instance.take(layout.run());
        if (instance.isPresent()) {
            endStrays(instance.get());
            instance.get().close();
            say("Huafang is not running.");
            return;
        }
        var launcher = Instance.running(layout.run()).flatMap(Instance.Entry::process);
        launcher.ifPresent(Main::end);
        say("Huafang has stopped.");
    }

    private void cleanState() throws IOException {
        var instance =
                Instance.take(layout.run())
                        .orElseThrow(() ->
                                new Refusal("Huafang is running; end it first with make stop."));
        endStrays(instance);
        layout.state().forEach(Folders::delete); // and nothing else, wherever var/ may point to
        try (var left = Files.list(layout.var())) {
            if (left.findAny().isEmpty()) {
                Files.delete(layout.var());
            }
        }
        say("Removed " + layout.shown(layout.var()) + "/.");
    }

    private Refusal alreadyRunning() {
        return Instance.running(layout.run())
                .map(entry ->
                        new Refusal(
                                "Huafang is running already: %s (process %d); make stop ends it."
                                        .formatted(entry.url(), entry.pid())))
                .orElseGet(() -> new Refusal("Huafang is being started or ended just now."));
    }

    /** What a run that was killed has left behind. */
    private static void endStrays(Instance instance) {
        var strays = instance.strays();
        strays.forEach(ProcessHandle::destroy);
        strays.forEach(Main::end);
        if (!strays.isEmpty()) {
            say("Ended %d processes of a run that was killed.".formatted(strays.size()));
        }
    }

    private static void end(ProcessHandle process) {
        process.destroy();
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** What is left to do when this JVM is told to end: by Ctrl-C, make stop, or a failed start. */
    private static final class Ending implements Runnable {
        private final Product product;
        private final Instance instance;
        private volatile Path client;

        Ending(Product product, Instance instance) {
            this.product = product;
            this.instance = instance;
        }

        void started(Path client) {
            this.client = client;
        }

        @Override
        public void run() {
            product.end();
            try {
                if (client != null) {
                    say("Huafang has stopped.");
                    Files.deleteIfExists(client);
                }
            } catch (IOException e) {
                // The next start writes it anew.
            }
            instance.close();
            Runtime.getRuntime().halt(client == null ? 1 : 0); // to be ended is no failure
        }
    }
}
