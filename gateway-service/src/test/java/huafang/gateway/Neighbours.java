package huafang.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;

/**
 * Plays the storage service and the model-downloader: one HTTP server that answers what the map
 * says, by method and path and query. Claims of idempotency keys it keeps itself.
 */
public final class Neighbours implements QuarkusTestResourceLifecycleManager {
    /** Where a test wants the map of answers: "200 JSON", or "200 base64:BYTES". */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.FIELD)
    public @interface Answers {}

    private static final String EXPECTED_USER =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString(
                                    "service:between services".getBytes(StandardCharsets.UTF_8));

    private final ConcurrentMap<String, String> answers = new ConcurrentHashMap<>();
    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        return Map.of(
                "huafang.storage.url", url,
                "huafang.downloader.url", url,
                "quarkus.security.users.embedded.users.guest", "guest",
                "quarkus.security.users.embedded.users.painter", "painter",
                "quarkus.security.users.embedded.users.idler", "idler");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String question = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String user = exchange.getRequestHeaders().getFirst("Authorization");
            String answer =
                    !EXPECTED_USER.equals(user) ? "401 {}" : answers.getOrDefault(question, "");
            if (answer.isEmpty()) {
                answer =
                        question.startsWith("PUT /internal/idempotency-keys")
                                ? "200 " + answers.computeIfAbsent("claim " + question, k -> body)
                                : "404 {}";
            }
            int status = Integer.parseInt(answer.substring(0, 3));
            String content = answer.substring(4);
            byte[] bytes =
                    content.startsWith("base64:")
                            ? Base64.getDecoder().decode(content.substring(7))
                            : content.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add(
                            "Content-Type",
                            content.startsWith("base64:") ? "image/png" : "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(
                answers,
                new TestInjector.AnnotatedAndMatchesType(Answers.class, ConcurrentMap.class));
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop(0);
        }
    }
}
