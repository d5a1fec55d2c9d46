package huafang.engine.pixels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held: Exif's tag 274. In the order of its numbers, from 1.
 *
 * @see <a href="https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E">Exif
 *     3.0</a>
 */
enum Orientation {
    UPRIGHT(false, false, false),
    MIRRORED(true, false, false),
    UPSIDE_DOWN(true, true, false),
    MIRRORED_UPSIDE_DOWN(false, true, false),
    TRANSPOSED(false, false, true),
    TURNED_RIGHT(true, false, true),
    TRANSVERSED(true, true, true),
    TURNED_LEFT(false, true, true);

    private static final int TAG = 274;
    private static final int ENTRY = 12;

    private final boolean mirrored;
    private final boolean flipped;
    private final boolean swapped;

    Orientation(boolean mirrored, boolean flipped, boolean swapped) {
        this.mirrored = mirrored;
        this.flipped = flipped;
        this.swapped = swapped;
    }

    /** What Exif says, or upright where it makes no sense. */
    static Orientation of(byte[] exif) {
        if (exif.length < 8) {
            return UPRIGHT;
        }
        ByteBuffer bytes =
                ByteBuffer.wrap(exif)
                        .order(exif[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = bytes.getInt(4);
        if (directory < 8 || directory > exif.length - 2) {
            return UPRIGHT;
        }
        int count = bytes.getShort(directory) & 0xffff;
        for (int i = 0; i < count; i++) {
            int at = directory + 2 + i * ENTRY;
            if (at + ENTRY > exif.length) {
                break;
            }
            int value = bytes.getShort(at + 8);
            if (bytes.getShort(at) == TAG && value >= 1 && value <= values().length) {
                return values()[value - 1];
            }
        }
        return UPRIGHT;
    }

    /** The picture as it is to be seen. */
    Pixels apply(Pixels picture) {
        if (this == UPRIGHT) {
            return picture;
        }
        int width = swapped ? picture.height() : picture.width();
        int height = swapped ? picture.width() : picture.height();
        Pixels turned = Pixels.black(width, height, picture.channels());
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = mirrored ? width - 1 - x : x;
                int row = flipped ? height - 1 - y : y;
                for (int channel = 0; channel < picture.channels(); channel++) {
                    turned.data()[at++] =
                            (byte)
                                    (swapped
                                            ? picture.at(row, column, channel)
                                            : picture.at(column, row, channel));
                }
            }
        }
        return turned;
    }
}
