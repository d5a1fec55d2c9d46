package huafang.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Ports on loopback. */
public final class FreePort {
    private FreePort() {}

    /** A port that nobody listens on at this moment, from 1024 to 65535. */
    public static int any() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a server can be started on this port of 127.0.0.1 now, and {@code localhost} will
     * mean it: a browser asks ::1 first.
     */
    public static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // connections of a server that just ended do not count
            socket.bind(new InetSocketAddress("127.0.0.1", port), 1);
        } catch (IOException e) {
            return false;
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("::1", port), 500);
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
