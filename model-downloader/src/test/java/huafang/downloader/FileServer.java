package huafang.downloader;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import huafang.engine.network.GoldenWeights;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An https server with a certificate of its own, and an empty models' folder. */
public final class FileServer implements QuarkusTestResourceLifecycleManager {
    private static final char[] PASSWORD = "only-in-tests".toCharArray();

    static byte[] checkpoint;
    static Path models;
    static CountDownLatch half;
    private static HttpsServer server;

    private Path folder;

    static String url(String file) {
        return "https://localhost:" + server.getAddress().getPort() + "/files/" + file;
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("huafang-downloader-");
            models = folder.resolve("models");
            checkpoint = Files.readAllBytes(GoldenWeights.write(folder, "tiny", "128x192"));
            Files.createDirectories(models.resolve("Stable-diffusion"));
            Files.writeString(models.resolve("Stable-diffusion/.left.safetensors.part"), "half");
            Path authority = folder.resolve("authority.pem");
            serve(keys(authority));
            return Map.of(
                    "huafang.models.directory", models.toString(),
                    "huafang.models.scan-interval", "1h",
                    "huafang.downloader.allow-private-hosts", "true",
                    "huafang.downloader.certificate-authorities", authority.toString(),
                    "huafang.downloader.spare-bytes", "0",
                    "huafang.downloader.patience", "5s");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore keys(Path authority) throws Exception {
        Path file = folder.resolve("keys.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command =
                "-genkeypair -alias own -keyalg EC -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1 -storetype PKCS12 -storepass only-in-tests -keystore "
                        + file;
        var process = new ProcessBuilder(keytool);
        process.command().addAll(List.of(command.split(" ")));
        if (process.inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("keytool failed");
        }
        var keys = KeyStore.getInstance(file.toFile(), PASSWORD);
        var encoded =
                Base64.getMimeEncoder().encodeToString(keys.getCertificate("own").getEncoded());
        Files.writeString(
                authority,
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        return keys;
    }

    private static void serve(KeyStore keys) throws Exception {
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/files/", FileServer::answer);
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            switch (path.substring(path.lastIndexOf('/') + 1)) {
                case "pickle.safetensors" -> send(exchange, new byte[] {(byte) 0x80, 2, 'c', 'o'});
                case "truncated.safetensors" ->
                        send(exchange, Arrays.copyOf(checkpoint, checkpoint.length - 1));
                case "broken-off.safetensors" -> {
                    exchange.sendResponseHeaders(200, checkpoint.length);
                    exchange.getResponseBody().write(checkpoint, 0, 1000);
                }
                case "huge.safetensors" -> exchange.sendResponseHeaders(200, 1L << 60);
                case "missing.safetensors" -> exchange.sendResponseHeaders(404, -1);
                case "moved.safetensors" -> redirect(exchange, "/files/there.safetensors");
                case "http.safetensors" -> redirect(exchange, "http://localhost/x.safetensors");
                case "round.safetensors" -> redirect(exchange, path);
                case "slow.safetensors" -> sendHalf(exchange, true);
                case "silent.safetensors" -> sendHalf(exchange, false);
                default -> send(exchange, checkpoint);
            }
        }
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().add("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void sendHalf(HttpExchange exchange, boolean goOn) throws IOException {
        int middle = checkpoint.length / 2;
        exchange.sendResponseHeaders(200, checkpoint.length);
        exchange.getResponseBody().write(checkpoint, 0, middle);
        exchange.getResponseBody().flush();
        try {
            if (half.await(60, TimeUnit.SECONDS) && goOn) {
                exchange.getResponseBody().write(checkpoint, middle, checkpoint.length - middle);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        server.stop(0);
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
