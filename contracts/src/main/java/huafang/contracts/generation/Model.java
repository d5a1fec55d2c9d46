package huafang.contracts.generation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * A checkpoint, named by its file and by its content.
 *
 * @param file path below the checkpoints' folder, as in {@code huafang-demo.safetensors}; it may be
 *     a folder's
 * @param sha256 of the whole file, or {@link #sha256OfFolder of a folder}; 64 lower-case
 *     hexadecimal digits
 */
public record Model(String file, String sha256) {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    /** Not every dot begins one: a folder may be called {@code sd-2.1}. */
    private static final Pattern EXTENSION =
            Pattern.compile(
                    "(?<=.)\\.(?:safetensors|ckpt|pt|pth|gguf|bin)$", Pattern.CASE_INSENSITIVE);

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
        return EXTENSION.matcher(last).replaceFirst("");
    }

    /**
     * The sha256 of a checkpoint that is a folder: that of the lines which {@code sha256sum} prints
     * for the files that are read of it, each a sha256, two spaces and a path.
     *
     * @param files the sha256 of each by its path below the folder, with {@code /}
     */
    public static String sha256OfFolder(SortedMap<String, String> files) {
        var lines = new StringBuilder();
        files.forEach((path, hash) -> lines.append(hash).append("  ").append(path).append('\n'));
        try {
            byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
