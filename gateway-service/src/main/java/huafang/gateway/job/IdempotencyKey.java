package huafang.gateway.job;

import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.request.Fields;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A client's own name for a request.
 *
 * @param value 1 to {@value #LONGEST} printable ASCII characters
 * @param requestHash of what was asked under it
 */
record IdempotencyKey(String value, String requestHash) {
    static final String HEADER = "Idempotency-Key";
    private static final int LONGEST = 200;

    IdempotencyKey {
        if (value.isEmpty()
                || value.length() > LONGEST
                || !value.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            throw new InvalidParameterException(
                    HEADER, value, "1 to %d printable ASCII characters".formatted(LONGEST));
        }
    }

    static IdempotencyKey of(String value, Fields request) {
        try {
            byte[] content = request.canonical().getBytes(StandardCharsets.UTF_8);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return new IdempotencyKey(value, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
