package huafang.worker;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.infotext.Infotext;
import huafang.engine.Upscaler;
import huafang.engine.network.Device;
import huafang.engine.pixels.Pixels;
import huafang.engine.png.Png;
import huafang.engine.sampling.StepListener;
import huafang.worker.Painter.Listener;
import huafang.worker.Painter.Painting;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes pictures larger. */
final class Enlarging {
    private final Inputs inputs;
    private final ModelFolder upscalers;
    private final Device device;

    Enlarging(Inputs inputs, ModelFolder upscalers, Device device) {
        this.inputs = inputs;
        this.upscalers = upscalers;
        this.device = device;
    }

    Painting enlarge(Enlargement image, Listener listener) {
        Pixels picture = inputs.read(image.picture(), listener::isWanted);
        var tiles = new Tiles(listener);
        try (var open = new OpenUpscalers(upscalers, device)) {
            Upscaler first = open.of(image.upscaler().name(), image.upscaler().file());
            long start = System.nanoTime();
            Pixels large = enlarged(picture, first, image, tiles);
            if (image.second() != null) {
                Upscaler second = open.of(image.second().name(), image.second().file());
                Pixels other = enlarged(picture, second, image, tiles);
                large = blended(large, other, image.secondVisibility());
            }
            var text = Map.of(Infotext.PNG_KEYWORD, Infotext.of(image));
            byte[] png = Png.encode(large.width(), large.height(), large.data(), text);
            return new Painting(png, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    /** The middle of it, where another shape is wanted. */
    private static Pixels enlarged(
            Pixels picture, Upscaler upscaler, Enlargement image, Tiles tiles) {
        Pixels large = upscaler.enlarge(picture, image.scale(), tiles.more());
        int width = Math.min(image.width(), large.width());
        int height = Math.min(image.height(), large.height());
        return large.cut(
                large.width() / 2 - width / 2, large.height() / 2 - height / 2, width, height);
    }

    /** So much of the second, pixels cut off to whole numbers as AUTOMATIC1111 has them. */
    private static Pixels blended(Pixels first, Pixels second, double visibility) {
        byte[] data = new byte[first.data().length];
        for (int i = 0; i < data.length; i++) {
            int from = first.data()[i] & 0xff;
            int to = second.data()[i] & 0xff;
            data[i] = (byte) (int) (from + (float) visibility * (to - from));
        }
        return new Pixels(first.width(), first.height(), first.channels(), data);
    }

    /** Tells of the tiles of one network after the other as of steps. */
    private static final class Tiles {
        private final Listener listener;
        private int before;
        private int last;

        private Tiles(Listener listener) {
            this.listener = listener;
        }

        private StepListener more() {
            before += last;
            last = 0;
            return (done, of) -> {
                last = of;
                return listener.step(before + done, before + of) && listener.isWanted();
            };
        }
    }
}
