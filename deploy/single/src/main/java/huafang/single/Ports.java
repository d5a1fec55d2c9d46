package huafang.single;

import huafang.servers.FreePort;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ports on 127.0.0.1 of one run; all but the gateway's are chosen at start. */
record Ports(int gateway, int broker, int database, int storage, int downloader, int worker) {
    private static final int DEFAULT_GATEWAY = 8080;

    /**
     * @param wanted the value of {@code HUAFANG_PORT}, or null
     */
    static Ports choose(String wanted) {
        int gateway = gateway(wanted);
        Set<Integer> others = new LinkedHashSet<>();
        while (others.size() < 5) {
            int port = FreePort.any();
            if (port != gateway) {
                others.add(port);
            }
        }
        var free = others.iterator();
        return new Ports(gateway, free.next(), free.next(), free.next(), free.next(), free.next());
    }

    private static int gateway(String wanted) {
        if (wanted == null || wanted.isBlank()) {
            return DEFAULT_GATEWAY;
        }
        try {
            int port = Integer.parseInt(wanted.strip());
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below, with what was found.
        }
        throw new Refusal("HUAFANG_PORT: expected a port from 1 to 65535, found " + wanted);
    }
}
