package huafang.engine.pixels;

/**
 * Gauss's bell as three boxes: Gwosdek et al. 2011, "Theoretical Foundations of Gaussian
 * Convolution by Extended Box Filtering"; Pillow's GaussianBlur, to the bit.
 *
 * @param reach whole pixels to each side
 * @param whole the weight of those, in 2^24ths
 * @param part the weight of the next ones
 */
record BoxBlur(int reach, long whole, long part) {
    private static final int PASSES = 3;
    private static final int BITS = 24;

    /**
     * The boxes for a deviation. In single precision, as there.
     *
     * @param deviation of the bell, in pixels, above 0
     */
    static BoxBlur of(float deviation) {
        float variance = deviation * deviation / PASSES;
        float length = (float) Math.sqrt(12.0 * variance + 1);
        float radius = (float) Math.floor((length - 1.0) / 2);
        float fraction = (2 * radius + 1) * (radius * (radius + 1) - 3 * variance);
        fraction /= 6 * (variance - (radius + 1) * (radius + 1));
        radius += fraction;
        int reach = (int) radius;
        long whole = (long) ((1 << BITS) / (radius * 2 + 1));
        return new BoxBlur(reach, whole, ((1 << BITS) - (2 * reach + 1) * whole) / 2);
    }

    /** Blurs across, then down. */
    Pixels blurred(Pixels picture) {
        Pixels blurred = Pixels.black(picture.width(), picture.height(), picture.channels());
        System.arraycopy(picture.data(), 0, blurred.data(), 0, picture.data().length);
        int row = picture.width() * picture.channels();
        for (int y = 0; y < picture.height(); y++) {
            for (int channel = 0; channel < picture.channels(); channel++) {
                blur(blurred.data(), y * row + channel, picture.channels(), picture.width());
            }
        }
        for (int i = 0; i < row; i++) {
            blur(blurred.data(), i, row, picture.height());
        }
        return blurred;
    }

    private void blur(byte[] data, int start, int step, int length) {
        int[] line = new int[length];
        for (int i = 0, at = start; i < length; i++, at += step) {
            line[i] = data[at] & 0xff;
        }
        for (int pass = 0; pass < PASSES; pass++) {
            line = blurred(line);
        }
        for (int i = 0, at = start; i < length; i++, at += step) {
            data[at] = (byte) line[i];
        }
    }

    private int[] blurred(int[] line) {
        int[] blurred = new int[line.length];
        int last = line.length - 1;
        long sum = 0;
        for (int i = -reach - 1; i < reach; i++) {
            sum += line[Math.clamp(i, 0, last)];
        }
        for (int i = 0; i <= last; i++) {
            int before = line[Math.max(i - reach - 1, 0)];
            sum += line[Math.min(i + reach, last)] - before;
            int after = line[Math.min(i + reach + 1, last)];
            blurred[i] = (int) (sum * whole + (before + after) * part + (1 << BITS - 1) >> BITS);
        }
        return blurred;
    }
}
