package huafang.engine;

import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The part of the command line that is about a picture to paint over. */
final class Img2ImgArguments {
    static final List<String> OPTIONS =
            List.of("init", "strength", "resize-mode", "noise-multiplier");

    private final Arguments arguments;

    Img2ImgArguments(Arguments arguments) {
        this.arguments = arguments;
    }

    /** The request, over a picture if one is given. */
    Request over(Txt2Img picture) {
        if (!arguments.given().containsKey("init")) {
            for (String option : OPTIONS) {
                if (arguments.given().containsKey(option)) {
                    throw new IllegalArgumentException("--%s needs --init".formatted(option));
                }
            }
            return picture;
        }
        return new Img2Img(
                picture,
                read("init").onWhite(),
                arguments.value(
                        "resize-mode",
                        name -> ResizeMode.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')),
                        ResizeMode.JUST_RESIZE,
                        "just-resize, crop-and-resize, resize-and-fill, latent-upscale"),
                arguments.number("strength", 0.75),
                arguments.number("noise-multiplier", 1));
    }

    private Pixels read(String option) {
        Path file = Path.of(arguments.given().get(option));
        try {
            return PictureFile.decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("--%s: cannot read %s".formatted(option, file), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--%s: %s: %s".formatted(option, file, e.getMessage()), e);
        }
    }
}
