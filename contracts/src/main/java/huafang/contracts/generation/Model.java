package huafang.contracts.generation;

import java.util.regex.Pattern;

/**
 * A checkpoint, named by its file and by its content.
 *
 * @param file path below the checkpoints' folder, as in {@code huafang-demo.safetensors}
 * @param sha256 of the whole file, 64 lower-case hexadecimal digits
 */
public record Model(String file, String sha256) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    public Model {
        if (file == null || file.isBlank()) {
            throw new InvalidParameterException("model", file, "the name of a checkpoint file");
        }
        if (sha256 == null || !SHA_256.matcher(sha256).matches()) {
            throw new InvalidParameterException(
                    "model", sha256, "a sha256 of 64 hexadecimal digits");
        }
    }

    /** The file's name without folder and extension, as infotexts write it. */
    public String name() {
        return name(file);
    }

    /** The name that a checkpoint file goes by. */
    public static String name(String file) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        int dot = last.lastIndexOf('.');
        return dot > 0 ? last.substring(0, dot) : last;
    }

    /** The first ten digits of the sha256, as infotexts write it. */
    public String hash() {
        return sha256.substring(0, 10);
    }

    /** How infotexts write another checkpoint than the first: {@code name [10 digits]}. */
    public String shortTitle() {
        return name() + " [" + hash() + "]";
    }

    /** How AUTOMATIC1111's lists show a checkpoint: {@code name.safetensors [10 digits]}. */
    public String title() {
        return file + " [" + hash() + "]";
    }
}
