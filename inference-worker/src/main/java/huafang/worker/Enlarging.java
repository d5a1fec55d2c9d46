package huafang.worker;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.infotext.Infotext;
import huafang.engine.EnlargedSize;
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
        var size = new EnlargedSize(image.scale(), image.width(), image.height());
        var tiles = new Tiles(listener);
        try (var open = new OpenUpscalers(upscalers, device)) {
            Upscaler first = open.of(image.upscaler().name(), image.upscaler().file());
            long start = System.nanoTime();
            Pixels large = size.of(picture, first, tiles.more());
            if (image.second() != null) {
                Upscaler second = open.of(image.second().name(), image.second().file());
                Pixels other = size.of(picture, second, tiles.more());
                large = EnlargedSize.blended(large, other, image.secondVisibility());
            }
            var text = Map.of(Infotext.PNG_KEYWORD, Infotext.of(image));
            byte[] png = Png.encode(large.width(), large.height(), large.data(), text);
            return new Painting(png, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
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
