package huafang.contracts.generation;

import java.util.regex.Pattern;

/**
 * A picture that an image begins with: a PNG on the topic input-images, under its sha256 as key.
 *
 * @param partition where it lies; -1 before it was published
 * @param offset likewise
 * @param length of the PNG in bytes
 * @param sha256 of the PNG, 64 lower-case hexadecimal digits
 * @param pixelHash MD5 of its pixels, rows of bytes from the top, as infotexts tell it
 */
public record InputPicture(
        int partition, long offset, int length, String sha256, String pixelHash) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MD_5 = Pattern.compile("[0-9a-f]{32}");

    /**
     * @throws IllegalArgumentException if a hash is none
     */
    public InputPicture {
        if (sha256 == null || !SHA_256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("input picture: found no sha256: " + sha256);
        }
        if (pixelHash == null || !MD_5.matcher(pixelHash).matches()) {
            throw new IllegalArgumentException("input picture: found no pixel hash: " + pixelHash);
        }
    }

    /** The same where it was published. */
    public InputPicture at(int otherPartition, long otherOffset) {
        return new InputPicture(otherPartition, otherOffset, length, sha256, pixelHash);
    }
}
