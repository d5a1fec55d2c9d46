package huafang.contracts.job;

import huafang.contracts.generation.ImageParameters;
import java.time.Instant;

/**
 * One image to be made: a record of the topic generation-jobs.
 *
 * @param key job id and index
 * @param owner the sign-in name of who asked
 * @param parameters of this image; the seed is its own
 * @param save whether the picture goes into the database
 * @param attempts how many workers died over it before
 * @param acceptedAt when the gateway took it
 * @param previews whether its owner wants to see how it comes along
 * @param deadline when nobody wants it any more if it has not been begun, or null for never
 */
public record ImageTask(
        ImageKey key,
        String owner,
        ImageParameters parameters,
        boolean save,
        int attempts,
        Instant acceptedAt,
        boolean previews,
        Instant deadline) {

    public ImageTask {
        Required.all("image task", key, owner, parameters, acceptedAt);
        if (attempts < 0) {
            throw new IllegalArgumentException(
                    "image task: found %d attempts, expected 0 or more".formatted(attempts));
        }
    }

    /** One that nobody wants to see before it is finished, and that is wanted however late. */
    public ImageTask(
            ImageKey key,
            String owner,
            ImageParameters parameters,
            boolean save,
            int attempts,
            Instant acceptedAt) {
        this(key, owner, parameters, save, attempts, acceptedAt, false, null);
    }

    /** Whether nobody wants it any more. */
    public boolean isExpired(Instant now) {
        return deadline != null && now.isAfter(deadline);
    }

    /** The same image after so many more workers died over it. */
    public ImageTask after(int deaths) {
        return new ImageTask(
                key, owner, parameters, save, attempts + deaths, acceptedAt, previews, deadline);
    }
}
