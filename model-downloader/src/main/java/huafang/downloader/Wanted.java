package huafang.downloader;

import huafang.contracts.catalogue.DownloadRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A request that has been read.
 *
 * @param file a plain file name that ends in {@code .safetensors}
 * @param sha256 lower case, or null
 */
record Wanted(URI uri, String file, String sha256) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final String PLAIN_NAME =
            "[^.\\p{Cntrl}/\\\\:*?\"<>|][^\\p{Cntrl}/\\\\:*?\"<>|]*";
    private static final String SUFFIX = ".safetensors";
    private static final int LONGEST_NAME = 80;

    /**
     * @throws RefusedException if this cannot be fetched
     */
    static Wanted of(DownloadRequest request) {
        URI uri = uri(request.url());
        String file =
                request.file() == null || request.file().isBlank()
                        ? lastSegment(uri)
                        : request.file();
        String sha256 = request.sha256();
        if (sha256 != null && !SHA_256.matcher(sha256).matches()) {
            throw RefusedException.because(
                    "sha256: found \"%s\", allowed: 64 hexadecimal digits".formatted(cut(sha256)));
        }
        if (!isPlain(file)) {
            throw RefusedException.because(
                    "file: found \"%s\", allowed: a file name without folders, of at most %d characters, that ends in %s"
                            .formatted(cut(file), LONGEST_NAME, SUFFIX));
        }
        return new Wanted(uri, file, sha256 == null ? null : sha256.toLowerCase(Locale.ROOT));
    }

    /**
     * @throws RefusedException if it is no https address
     */
    static void requireHttps(URI uri) {
        if (!"https".equalsIgnoreCase(uri.getScheme())
                || uri.getHost() == null
                || uri.getUserInfo() != null) {
            throw RefusedException.because(
                    "url: found \"%s\", allowed: an https:// address without a user name"
                            .formatted(cut(uri.toString())));
        }
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text == null ? "" : text.strip());
            requireHttps(uri);
            return uri;
        } catch (URISyntaxException malformed) {
            throw RefusedException.because(
                    "url: found \"%s\", allowed: an https:// address".formatted(cut(text)));
        }
    }

    private static String lastSegment(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static boolean isPlain(String file) {
        return file.matches(PLAIN_NAME)
                && file.length() <= LONGEST_NAME
                && file.length() > SUFFIX.length()
                && file.endsWith(SUFFIX)
                && Path.of(file).getNameCount() == 1;
    }

    private static String cut(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
