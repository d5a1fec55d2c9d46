package huafang.downloader;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Fetches from public hosts over https alone, at every redirect anew. The address that is looked up
 * for the check is the one that is connected to a moment later: Java keeps an answer for 30
 * seconds.
 */
@Singleton
class Internet {
    private static final int MOST_REDIRECTS = 5;
    private static final Duration CONNECT = Duration.ofSeconds(20);

    private final DownloadConfig config;
    private final HttpClient client;

    Internet(DownloadConfig config) {
        this.config = config;
        this.client =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(Trust.context(config.certificateAuthorities()))
                        .build();
    }

    @PreDestroy
    void close() {
        client.shutdownNow();
    }

    /**
     * The answer with status 200; its body is still to be read and must be closed.
     *
     * @throws RefusedException if there is no such answer
     * @throws IOException if the server cannot be reached
     */
    HttpResponse<InputStream> get(URI uri) throws IOException, InterruptedException {
        URI next = uri;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Wanted.requireHttps(next);
            requirePublic(next.getHost());
            var request = HttpRequest.newBuilder(next).timeout(config.patience()).GET().build();
            var answer = client.send(request, BodyHandlers.ofInputStream());
            if (answer.statusCode() == 200) {
                return answer;
            }
            answer.body().close();
            var location = answer.headers().firstValue("Location");
            if (answer.statusCode() / 100 != 3 || location.isEmpty()) {
                throw RefusedException.because(
                        "%s answered %d instead of the file."
                                .formatted(next.getHost(), answer.statusCode()));
            }
            next = resolve(next, location.get());
        }
        throw RefusedException.because(
                "%s redirects more than %d times.".formatted(uri.getHost(), MOST_REDIRECTS));
    }

    private static URI resolve(URI from, String location) {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException malformed) {
            throw RefusedException.because(
                    "%s redirects to something that is no address.".formatted(from.getHost()));
        }
    }

    private void requirePublic(String host) throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (!config.allowPrivateHosts() && !isPublic(address)) {
                throw RefusedException.because(
                        "%s is at the address %s, which is not public: huafang.downloader.allow-private-hosts allows it."
                                .formatted(host, address.getHostAddress()));
            }
        }
    }

    /** Whether an address is one of the open internet's. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean special =
                address.isAnyLocalAddress()
                        || address.isLoopbackAddress()
                        || address.isLinkLocalAddress()
                        || address.isSiteLocalAddress()
                        || address.isMulticastAddress();
        if (address instanceof Inet6Address) {
            // Global unicast is 2000::/3; inside it, 6to4, Teredo and documentation carry others.
            boolean carrier =
                    first == 0x20
                            && (second == 0x02 || second == 0x01 && bytes[2] < 2 && bytes[2] >= 0);
            boolean documentation =
                    first == 0x20
                            && second == 0x01
                            && (bytes[2] & 0xff) == 0x0d
                            && (bytes[3] & 0xff) == 0xb8;
            return !special && (first & 0xe0) == 0x20 && !carrier && !documentation;
        }
        boolean reserved =
                first == 0
                        || first >= 240
                        || first == 100 && second >= 64 && second < 128
                        || first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2)
                        || first == 198 && (second == 18 || second == 19)
                        || first == 198 && second == 51 && bytes[2] == 100
                        || first == 203 && second == 0 && bytes[2] == 113;
        return !special && !reserved;
    }
}
