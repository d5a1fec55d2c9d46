package huafang.downloader;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Ends a stream whose progress stops: a read of it would wait for ever. */
final class Watch implements AutoCloseable {
    private final Thread thread;
    private volatile boolean ended;

    private Watch(InputStream stream, LongSupplier progress, Duration patience) {
        this.thread =
                Thread.ofVirtual().name("watch").start(() -> watch(stream, progress, patience));
    }

    /**
     * @param progress grows while all is well
     * @param patience how long it may stay the same
     */
    static Watch over(InputStream stream, LongSupplier progress, Duration patience) {
        return new Watch(stream, progress, patience);
    }

    /** Whether it has ended the stream. */
    boolean ended() {
        return ended;
    }

    private void watch(InputStream stream, LongSupplier progress, Duration patience) {
        try {
            long before;
            do {
                before = progress.getAsLong();
                Thread.sleep(patience);
            } while (progress.getAsLong() != before);
            ended = true;
            stream.close();
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        } catch (IOException closed) {
            ended = true;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
