package huafang.single;

import huafang.servers.Database;
import huafang.servers.Leash;
import huafang.servers.MariaDbBinaries;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One process of the product. */
sealed interface Part {
    /** Also its log's name. */
    String name();

    /** Starts it; may return before it is ready. */
    Process start() throws IOException;

    /** Whether it does its work now. */
    boolean ready();

    /** How long it may take to end after it was asked to. */
    int patienceSeconds();

    /** The database server. */
    record Store(MariaDbBinaries binaries, Path folder, Path log, int port, String password)
            implements Part {
        @Override
        public String name() {
            return "database";
        }

        @Override
        public Process start() {
            return Database.in(binaries, folder, log, port, password).process();
        }

        @Override
        public boolean ready() {
            return true; // it was when start() returned
        }

        @Override
        public int patienceSeconds() {
            return 30;
        }
    }

    /** A Java program: the broker or one of the services. */
    record Program(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path log,
            Readiness readiness,
            int patienceSeconds)
            implements Part {
        @Override
        public Process start() throws IOException {
            Files.createDirectories(log.getParent());
            var builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return Leash.start(builder);
        }

        @Override
        public boolean ready() {
            return readiness.reached();
        }
    }

    /** How a program shows that it is ready. */
    sealed interface Readiness {
        boolean reached();
    }

    /** Somebody accepts connections on this port of 127.0.0.1. */
    record Listens(int port) implements Readiness {
        @Override
        public boolean reached() {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** The address answers 200. */
    record Answers(URI address) implements Readiness {
        static Answers health(int port) {
            return new Answers(URI.create("http://127.0.0.1:" + port + "/q/health/ready"));
        }

        @Override
        public boolean reached() {
            try {
                var connection = (HttpURLConnection) address.toURL().openConnection();
                connection.setConnectTimeout(500);
                connection.setReadTimeout(5000);
                try {
                    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
                } finally {
                    connection.disconnect();
                }
            } catch (IOException e) {
                return false;
            }
        }
    }
}
