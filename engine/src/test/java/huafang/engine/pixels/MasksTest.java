package huafang.engine.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers from tools/golden/pixels.py. */
class MasksTest {
    private static Pixels mask(String name) {
        return new Pixels(60, 44, 1, Goldens.bytes(name + ".gray"));
    }

    @ParameterizedTest
    @CsvSource({"4,4", "1,0", "0,9", "20,3", "64,64"})
    void blursAsOpenCv(int across, int down) {
        Pixels blurred = Masks.blurred(mask("mask"), across, down);

        assertThat(blurred).isEqualTo(mask("blurred-%d-%d".formatted(across, down)));
    }

    @Test
    void aMaskWithoutBlurStaysAsItIs() {
        assertThat(Masks.blurred(mask("mask"), 0, 0)).isEqualTo(mask("mask"));
    }

    @ParameterizedTest
    @CsvSource({"4,4", "1,0", "0,9", "20,3", "64,64"})
    void fillsAsPillow(int across, int down) {
        String name = "-%d-%d".formatted(across, down);

        Pixels filled = Masks.filled(Goldens.picture(), mask("blurred" + name));

        assertThat(filled)
                .isEqualTo(new Pixels(60, 44, 3, Goldens.bytes("filled" + name + ".rgb")));
    }

    @Test
    void whatIsMoreThanHalfIsWholeWhenDoubled() {
        Pixels mask = new Pixels(4, 1, 1, new byte[] {0, 100, (byte) 128, (byte) 255});

        assertThat(Masks.doubled(mask).data()).containsExactly(0, (byte) 200, 255, 255);
    }

    @Test
    void mixesByTheMask() {
        Pixels black = Pixels.black(3, 1, 3);
        Pixels mask = new Pixels(3, 1, 1, new byte[] {0, 51, (byte) 255});

        assertThat(Masks.mixed(black.inverted(), black, mask).data())
                .containsExactly(0, 0, 0, 51, 51, 51, 255, 255, 255);
    }

    /** As transparent pictures are masks, and as brightness is. */
    @Test
    void masksAreReadFromOpacityOrBrightness() {
        byte[] clear = {1, 2, 3, (byte) 128, 4, 5, 6, (byte) 129};
        assertThat(new Pixels(2, 1, 4, clear).mask(true).data()).containsExactly(0, 255);
        assertThat(new Pixels(2, 1, 4, clear).mask(false).data()).containsExactly(128, 129);
        byte[] opaque = {(byte) 255, 0, 0, (byte) 255, 0, 0, (byte) 255, (byte) 255};
        assertThat(new Pixels(2, 1, 4, opaque).mask(true).data()).containsExactly(76, 29);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // left, top, right, bottom of the mask | padding, width, height | the region
                "20,30,100,50 | 0,512,512  | 20,0,100,80", // widened, and pushed down from the top
                "0,0,10,10    | 4,64,64    | 0,0,14,14",
                "20,40,30,60  | 0,128,64   | 5,40,45,60",
                "100,40,120,60 | 8,64,64   | 84,32,120,68", // pushed in from the right
                "110,0,120,80 | 0,64,64    | 40,0,120,80",
                "0,20,120,40  | 0,64,128   | 0,0,120,80", // no room for the shape
            })
    void aRegionHasTheShapeThatIsPainted(String drawn, String how, String expected) {
        int[] d = numbers(drawn);
        int[] h = numbers(how);
        Pixels mask = Pixels.black(120, 80, 1);
        mask.paste(Pixels.black(d[2] - d[0], d[3] - d[1], 1).inverted(), d[0], d[1]);

        int[] e = numbers(expected);
        assertThat(Region.around(mask, h[0], h[1], h[2]))
                .contains(new Region(e[0], e[1], e[2], e[3]));
    }

    @Test
    void aBlackMaskHasNoRegion() {
        assertThat(Region.around(Pixels.black(9, 9, 1), 4, 64, 64)).isEmpty();
    }

    private static int[] numbers(String cell) {
        return Stream.of(cell.strip().split(",")).mapToInt(Integer::parseInt).toArray();
    }
}
