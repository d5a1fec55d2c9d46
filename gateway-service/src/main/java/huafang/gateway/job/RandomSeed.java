package huafang.gateway.job;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The seed of a request that leaves it to chance. */
final class RandomSeed {
    /** Seeds are below this, as AUTOMATIC1111's random ones are. */
    static final long END = 4_294_967_294L;

    private RandomSeed() {}

    /**
     * Drawn from the 74 secure random bits of the job's id (a UUIDv7), not anew: whoever publishes
     * the job a second time under its id asks for the same pictures.
     */
    static long of(UUID job) {
        return drawn(job, 0);
    }

    /** Likewise, of the job's variation. */
    static long ofVariation(UUID job) {
        return drawn(job, Long.BYTES);
    }

    private static long drawn(UUID job, int offset) {
        byte[] id =
                ByteBuffer.allocate(16)
                        .putLong(job.getMostSignificantBits())
                        .putLong(job.getLeastSignificantBits())
                        .array();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id);
            return Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(offset), END);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
