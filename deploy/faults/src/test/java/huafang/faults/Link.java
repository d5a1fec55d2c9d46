package huafang.faults;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The way from a client to a server, which can be cut. What it holds back is sent on when it is
 * open again, as TCP would.
 */
final class Link implements AutoCloseable {
    private static final Duration DELAY = Duration.ofMillis(200);
    private static final int BUFFER = 1 << 16;
    private static final int PATIENCE_MILLIS = 1000;

    /** What becomes of bytes and connections. */
    enum State {
        OPEN,
        /** Connections are reset, new ones, too. */
        REFUSED,
        /** Connections stand, and nothing passes. */
        SILENT,
        /** What the client says arrives; no answer does. */
        UNANSWERED,
        /** All arrives late. */
        SLOW
    }

    private final ServerSocket door;
    private final Supplier<List<InetSocketAddress>> servers;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private State state = State.OPEN;

    /**
     * @param servers tried in this order, for each connection
     */
    Link(InetSocketAddress address, Supplier<List<InetSocketAddress>> servers) throws IOException {
        this.servers = servers;
        this.door = new ServerSocket();
        door.bind(address);
        Thread.ofVirtual().start(this::accept);
    }

    synchronized void become(State next) {
        state = next;
        notifyAll();
        if (next == State.REFUSED) {
            connections.forEach(Link::reset);
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                // Closed, or a client that is gone already.
            }
        }
    }

    private void connect(Socket client) {
        connections.add(client);
        Socket server = null;
        try {
            awaitPassage(false);
            server = reach();
            connections.add(server);
            if (current() == State.REFUSED) {
                throw new IOException("refused");
            }
            Socket reached = server;
            Thread back = Thread.ofVirtual().start(() -> pump(reached, client, true));
            pump(client, server, false);
            back.join();
        } catch (IOException | InterruptedException e) {
            reset(client);
        } finally {
            connections.remove(client);
            reset(client);
            if (server != null) {
                connections.remove(server);
                reset(server);
            }
        }
    }

    private Socket reach() throws IOException {
        for (InetSocketAddress address : servers.get()) {
            var socket = new Socket();
            try {
                socket.connect(address, PATIENCE_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
            }
        }
        throw new IOException("no server");
    }

    private void pump(Socket from, Socket to, boolean isAnswer) {
        var buffer = new byte[BUFFER];
        try {
            from.setTcpNoDelay(true);
            to.setTcpNoDelay(true);
            for (int count; (count = from.getInputStream().read(buffer)) >= 0; ) {
                awaitPassage(isAnswer);
                to.getOutputStream().write(buffer, 0, count);
            }
            awaitPassage(isAnswer);
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            reset(from);
            reset(to);
        }
    }

    private void awaitPassage(boolean isAnswer) throws InterruptedException {
        synchronized (this) {
            while (state == State.SILENT || state == State.UNANSWERED && isAnswer) {
                wait();
            }
        }
        if (current() == State.SLOW) {
            Thread.sleep(DELAY);
        }
    }

    private synchronized State current() {
        return state;
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() throws IOException {
        become(State.REFUSED);
        door.close();
    }
}
