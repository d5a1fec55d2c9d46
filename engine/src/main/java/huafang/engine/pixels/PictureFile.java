package huafang.engine.pixels;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads pictures that nobody vouches for. What a header promises is looked at before anything is
 * decoded, and only what pixels are made of is decoded at all: no colour profiles, comments or
 * previews. A picture that was held sideways is turned as its Exif says.
 */
public final class PictureFile {
    private PictureFile() {}

    /**
     * The pixels of a PNG or JPEG file; of a WebP file, if the class path has a reader for those.
     *
     * @return three channels, or four if the file may be transparent
     * @throws IllegalArgumentException if it is none, damaged, or of too many pixels
     */
    public static Pixels decode(byte[] file) {
        PictureKind kind = PictureKind.of(file);
        PictureKind.Essence essence = kind.essence(file);
        var readers = ImageIO.getImageReadersByFormatName(kind.name());
        if (!readers.hasNext()) {
            throw new IllegalArgumentException(
                    "the picture: found a %s file, allowed: PNG, JPEG".formatted(kind));
        }
        ImageReader reader = readers.next();
        try (var input =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(essence.file()))) {
            reader.setInput(input, true, true);
            requireSize(reader.getWidth(0), reader.getHeight(0));
            return Orientation.of(essence.exif()).apply(pixels(reader.read(0)));
        } catch (IOException | RuntimeException e) {
            // Damaged files make readers throw nearly anything.
            throw e instanceof TooLarge large
                    ? large
                    : new IllegalArgumentException(
                            "the picture: the %s file is damaged or of a rare kind: %s"
                                    .formatted(kind, e.getMessage()),
                            e);
        } finally {
            reader.dispose();
        }
    }

    private static final class TooLarge extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        TooLarge(String sentence) {
            super(sentence);
        }
    }

    private static void requireSize(int width, int height) {
        if (width < 1 || height < 1 || (long) width * height > Pixels.MOST) {
            throw new TooLarge(
                    "the picture: found %d x %d pixels, allowed: 1 to %d in all"
                            .formatted(width, height, Pixels.MOST));
        }
    }

    /** Of gray ones, three times the same. */
    private static Pixels pixels(BufferedImage image) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return painted(image.getRaster(), palette);
        }
        Raster raster = image.getRaster();
        int found = raster.getNumBands();
        int wanted = found % 2 == 0 ? 4 : 3;
        int surplus = image.getColorModel().getComponentSize(0) - 8;
        Pixels pixels = Pixels.black(image.getWidth(), image.getHeight(), wanted);
        int[] row = new int[image.getWidth() * found];
        for (int y = 0, at = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, image.getWidth(), 1, row);
            for (int x = 0; x < image.getWidth(); x++) {
                for (int channel = 0; channel < wanted; channel++, at++) {
                    int band = found > 2 ? channel : channel / 3; // gray, and perhaps opacity
                    pixels.data()[at] = (byte) (row[x * found + band] >> surplus);
                }
            }
        }
        return pixels;
    }

    private static Pixels painted(Raster indices, IndexColorModel palette) {
        int channels = palette.hasAlpha() ? 4 : 3;
        Pixels pixels = Pixels.black(indices.getWidth(), indices.getHeight(), channels);
        int[] row = new int[indices.getWidth()];
        for (int y = 0, at = 0; y < indices.getHeight(); y++) {
            indices.getSamples(0, y, row.length, 1, 0, row);
            for (int index : row) {
                int colour = palette.getRGB(index);
                pixels.data()[at++] = (byte) (colour >> 16);
                pixels.data()[at++] = (byte) (colour >> 8);
                pixels.data()[at++] = (byte) colour;
                if (channels == 4) {
                    pixels.data()[at++] = (byte) (colour >> 24);
                }
            }
        }
        return pixels;
    }
}
