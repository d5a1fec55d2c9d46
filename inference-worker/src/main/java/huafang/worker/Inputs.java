package huafang.worker;

import huafang.contracts.broker.BrokerException;
import huafang.contracts.broker.Records;
import huafang.contracts.broker.Topic;
import huafang.contracts.generation.InputPicture;
import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * The pictures that images begin with, from the topic input-images. The last ones are kept: the
 * images of a job begin with the same.
 */
@Singleton
class Inputs {
    private static final Logger LOG = Logger.getLogger(Inputs.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final int KEPT = 4;

    private final Lock turn = new ReentrantLock();

    private final Map<String, Pixels> kept =
            new LinkedHashMap<>(KEPT, 1, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Pixels> eldest) {
                    return size() > KEPT;
                }
            };
    private final Records records;

    Inputs(@Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.records = new Records(broker, Topic.INPUTS, 1, PATIENCE);
    }

    /**
     * Reads a picture, however long the broker takes to give it.
     *
     * @param wanted whether the image is still to be painted
     * @throws InputGoneException if it is not there any more
     * @throws CancellationException if the image is not wanted any more
     */
    Pixels read(InputPicture picture, BooleanSupplier wanted) {
        awaitTurn(wanted);
        try {
            return readInTurn(picture, wanted);
        } finally {
            turn.unlock();
        }
    }

    /** Whoever asks whether it is wanted is known to live. */
    private void awaitTurn(BooleanSupplier wanted) {
        try {
            while (!turn.tryLock(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
                requireWanted(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static void requireWanted(BooleanSupplier wanted) {
        if (!wanted.getAsBoolean()) {
            throw new CancellationException("the image is not wanted any more");
        }
    }

    private Pixels readInTurn(InputPicture picture, BooleanSupplier wanted) {
        Pixels known = kept.get(picture.sha256());
        if (known != null) {
            return known;
        }
        byte[] png =
                ask(picture, wanted)
                        .filter(bytes -> sha256(bytes).equals(picture.sha256()))
                        .orElseThrow(() ->
                                new InputGoneException(
                                        "The picture that this image was to begin with is no longer kept: send it again."));
        Pixels pixels = PictureFile.decode(png).onWhite();
        kept.put(picture.sha256(), pixels);
        return pixels;
    }

    private Optional<byte[]> ask(InputPicture picture, BooleanSupplier wanted) {
        while (true) {
            try {
                return records.read(picture.partition(), picture.offset(), picture.sha256());
            } catch (BrokerException e) {
                requireWanted(wanted);
                LOG.warnf("a picture cannot be read, trying again: %s", e.getMessage());
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @PreDestroy
    void close() {
        records.close();
    }
}
