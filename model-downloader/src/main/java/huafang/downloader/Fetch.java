package huafang.downloader;

import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.Download.State;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * One file on its way in. It grows under a hidden name, is checked, and then gets its own name in
 * one step; if anything is wrong, nothing is left of it.
 */
final class Fetch implements Runnable {
    private static final Logger LOG = Logger.getLogger(Fetch.class);
    private static final int BUFFER = 1 << 16;
    private static final int BYTES_BETWEEN_LOOKS = 64 << 20;

    private final UUID id = UUID.randomUUID();
    private final Wanted wanted;
    private final Internet internet;
    private final Catalogue catalogue;
    private final DownloadConfig config;

    private volatile State state = State.RUNNING;
    private volatile long done;
    private volatile long total = -1;
    private volatile String problem;

    Fetch(Wanted wanted, Internet internet, Catalogue catalogue, DownloadConfig config) {
        this.wanted = wanted;
        this.internet = internet;
        this.catalogue = catalogue;
        this.config = config;
    }

    UUID id() {
        return id;
    }

    String file() {
        return wanted.file();
    }

    boolean isUnderWay() {
        return state == State.RUNNING || state == State.CHECKING;
    }

    Download shown() {
        return new Download(
                id, wanted.uri().toString(), wanted.file(), state, done, total, problem);
    }

    @Override
    public void run() {
        Path part = catalogue.folder().part(wanted.file());
        try {
            String sha256 = receive(part);
            state = State.CHECKING;
            check(part, sha256);
            publish(part, sha256);
            state = State.DONE;
            LOG.infof("%s is fetched from %s", wanted.file(), wanted.uri().getHost());
        } catch (RefusedException refused) {
            fail(refused.getMessage());
        } catch (UnknownHostException unknown) {
            fail("%s: no such host is known.".formatted(wanted.uri().getHost()));
        } catch (IOException | UncheckedIOException broken) {
            fail("%s could not be fetched: %s".formatted(wanted.file(), broken.getMessage()));
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            fail("%s was not fetched: the downloader ended.".formatted(wanted.file()));
        } catch (RuntimeException bug) {
            LOG.error("download failed", bug);
            fail("%s could not be fetched: %s".formatted(wanted.file(), bug));
        } finally {
            delete(part);
        }
    }

    /** Returns the sha256 of what came. */
    private String receive(Path part) throws IOException, InterruptedException {
        var answer = internet.get(wanted.uri());
        try (InputStream body = answer.body();
                var watch = Watch.over(body, () -> done, config.patience());
                var file =
                        FileChannel.open(
                                part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            total = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
            requireSpace(part, Math.max(total, 0));
            var sha256 = new Sha256();
            var buffer = new byte[BUFFER];
            long looked = 0;
            for (int read; (read = read(body, buffer, watch)) >= 0; ) {
                sha256.update(buffer, read);
                var bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                done += read;
                if (done - looked > BYTES_BETWEEN_LOOKS) {
                    looked = done;
                    requireSpace(part, 0);
                }
            }
            file.force(true);
            if (total >= 0 && done != total) {
                throw RefusedException.because(
                        "%s is truncated: expected %d bytes, received %d"
                                .formatted(wanted.file(), total, done));
            }
            return sha256.hex();
        }
    }

    private int read(InputStream body, byte[] buffer, Watch watch) throws IOException {
        try {
            return body.read(buffer);
        } catch (IOException broken) {
            if (watch.ended()) {
                throw RefusedException.because(
                        "%s was silent for %d seconds."
                                .formatted(wanted.uri().getHost(), config.patience().toSeconds()));
            }
            throw broken;
        }
    }

    private void requireSpace(Path part, long bytes) throws IOException {
        long free = Files.getFileStore(part.getParent()).getUsableSpace();
        if (free < bytes + config.spareBytes()) {
            throw RefusedException.because(
                    "Too little space for %s: %d bytes are free on the models' disk, %d are needed."
                            .formatted(wanted.file(), free, bytes + config.spareBytes()));
        }
    }

    private void check(Path part, String sha256) {
        if (wanted.sha256() != null && !wanted.sha256().equals(sha256)) {
            throw RefusedException.because(
                    "%s has another content: expected sha256 %s, found %s"
                            .formatted(wanted.file(), wanted.sha256(), sha256));
        }
        String refusal = Examination.of(part).problem();
        if (refusal != null) {
            throw RefusedException.because(
                    refusal.replace(part.getFileName().toString(), wanted.file()));
        }
    }

    /** A rename within a folder is one step, and Files.move without options replaces nothing. */
    private void publish(Path part, String sha256) throws IOException {
        var version = Version.of(part);
        try {
            Files.move(part, catalogue.folder().path(wanted.file()));
            catalogue.remember(wanted.file(), version, sha256);
        } catch (FileAlreadyExistsException taken) {
            throw RefusedException.conflict(
                    "%s was put into the folder meanwhile.".formatted(wanted.file()));
        }
    }

    private void fail(String sentence) {
        problem = sentence;
        state = State.FAILED;
        LOG.warnf("download failed: %s", sentence);
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException stays) {
            LOG.warnf("%s stays behind: %s", part, stays.getMessage());
        }
    }
}
