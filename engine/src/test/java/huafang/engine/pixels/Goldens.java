package huafang.engine.pixels;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What tools/golden/pixels.py stored. */
final class Goldens {
    private Goldens() {}

    static byte[] bytes(String name) {
        try (var file = Goldens.class.getResourceAsStream("/golden/pixels/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The picture that most of them were made of. */
    static Pixels picture() {
        return new Pixels(60, 44, 3, bytes("picture.png.rgb"));
    }
}
