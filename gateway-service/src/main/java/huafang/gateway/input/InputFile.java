package huafang.gateway.input;

import huafang.contracts.broker.Topic;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.infotext.PngText;
import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import huafang.engine.png.Png;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * A picture that somebody sent, as workers get it.
 *
 * @param picture what it is; not where, before it was published
 * @param width pixels
 * @param height likewise
 * @param png of RGB, without the metadata that came with it
 * @param infotext what the file told of how it was made, or null
 */
public record InputFile(InputPicture picture, int width, int height, byte[] png, String infotext) {
    private static final String ALLOWED =
            "a PNG or JPEG file of at most %d pixels".formatted(Pixels.MOST);

    /** For what a record has beside its value. */
    private static final int MARGIN = 1 << 16;

    private static final int LONGEST_INFOTEXT = 4 * GenerationParameters.LONGEST_PROMPT;

    /** A picture that is being read takes a hundred megabytes. */
    private static final Semaphore READING = new Semaphore(2);

    /**
     * Reads a file; what is transparent is seen on white.
     *
     * @param field where it stands
     * @throws InvalidParameterException if it is no picture that can be used
     */
    public static InputFile picture(String field, byte[] file) {
        return read(field, file, false, false);
    }

    /**
     * Reads a mask: its opacity if it is transparent anywhere, else its brightness.
     *
     * @param round whether an opacity is either whole or none
     * @throws InvalidParameterException if it is no picture that can be used
     */
    public static InputFile mask(String field, byte[] file, boolean round) {
        return read(field, file, true, round);
    }

    private static InputFile read(String field, byte[] file, boolean isMask, boolean round) {
        READING.acquireUninterruptibly();
        try {
            Pixels read = PictureFile.decode(file);
            Pixels pixels = (isMask ? read.mask(round) : read).onWhite();
            byte[] png = Png.encode(pixels.width(), pixels.height(), pixels.data(), Map.of());
            if (png.length > Topic.LARGEST_MESSAGE - MARGIN) {
                throw new InvalidParameterException(
                        field,
                        png.length + " bytes as a PNG",
                        "at most " + (Topic.LARGEST_MESSAGE - MARGIN));
            }
            var picture =
                    new InputPicture(
                            -1,
                            -1,
                            png.length,
                            digest("SHA-256", png),
                            digest("MD5", pixels.data()));
            return new InputFile(picture, pixels.width(), pixels.height(), png, infotext(file));
        } catch (InvalidParameterException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(field, e.getMessage(), ALLOWED);
        } finally {
            READING.release();
        }
    }

    private static String infotext(byte[] file) {
        try {
            String text = PngText.read(file).get(Infotext.PNG_KEYWORD);
            return text == null || text.length() > LONGEST_INFOTEXT ? null : text;
        } catch (IllegalArgumentException e) {
            return null; // a JPEG
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
