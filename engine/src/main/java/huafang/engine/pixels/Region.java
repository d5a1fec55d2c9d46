package huafang.engine.pixels;

import java.util.Optional;

/** A rectangle of a picture, in pixels. */
public record Region(int left, int top, int right, int bottom) {
    /**
     * Around all of a mask that is not black, in the shape that it is painted in, as far as the
     * mask reaches. Agrees with AUTOMATIC1111.
     *
     * @param padding pixels beyond it
     * @param width of what is painted
     * @param height of what is painted
     * @return nothing if the mask is black
     */
    public static Optional<Region> around(Pixels mask, int padding, int width, int height) {
        return bounds(mask)
                .map(bounds -> bounds.padded(padding, mask).widened(width, height, mask));
    }

    private static Optional<Region> bounds(Pixels mask) {
        int left = mask.width();
        int top = mask.height();
        int right = 0;
        int bottom = 0;
        for (int y = 0, i = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++, i++) {
                if (mask.data()[i] != 0) {
                    left = Math.min(left, x);
                    right = Math.max(right, x + 1);
                    top = Math.min(top, y);
                    bottom = y + 1;
                }
            }
        }
        return right == 0 ? Optional.empty() : Optional.of(new Region(left, top, right, bottom));
    }

    private Region padded(int padding, Pixels within) {
        return new Region(
                Math.max(left - padding, 0),
                Math.max(top - padding, 0),
                Math.min(right + padding, within.width()),
                Math.min(bottom + padding, within.height()));
    }

    private Region widened(int width, int height, Pixels within) {
        double shape = (double) width / height;
        if ((double) width() / height() > shape) {
            int[] rows = widened(top, bottom, (int) (width() / shape - height()), within.height());
            return new Region(left, rows[0], right, rows[1]);
        }
        int[] columns = widened(left, right, (int) (height() * shape - width()), within.width());
        return new Region(columns[0], top, columns[1], bottom);
    }

    /**
     * By so many pixels at both ends together; moved where it would leave the picture, then cut.
     */
    private static int[] widened(int from, int to, int more, int side) {
        int start = from - Math.floorDiv(more, 2);
        int end = to + more - Math.floorDiv(more, 2);
        if (end >= side) {
            start -= end - side;
            end = side;
        }
        if (start < 0) {
            end -= start;
            start = 0;
        }
        return new int[] {start, Math.min(end, side)};
    }

    public int width() {
        return right - left;
    }

    public int height() {
        return bottom - top;
    }

    /** What lies in it. */
    public Pixels of(Pixels picture) {
        return picture.cut(left, top, width(), height());
    }

    /** A picture of its size, on black where it belongs. */
    public Pixels placed(Pixels part, int pictureWidth, int pictureHeight) {
        Pixels placed = Pixels.black(pictureWidth, pictureHeight, part.channels());
        placed.paste(part, left, top);
        return placed;
    }
}
