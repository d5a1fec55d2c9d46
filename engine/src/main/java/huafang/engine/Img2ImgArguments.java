package huafang.engine;

import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import huafang.engine.pixels.ResizeMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The part of the command line that is about a picture to paint over. */
final class Img2ImgArguments {
    static final List<String> OPTIONS =
            List.of(
                    "init",
                    "strength",
                    "resize-mode",
                    "noise-multiplier",
                    "mask",
                    "invert-mask",
                    "mask-blur",
                    "mask-round",
                    "fill",
                    "only-masked",
                    "padding",
                    "mask-weight");
    private static final List<String> OF_A_MASK =
            OPTIONS.subList(OPTIONS.indexOf("mask"), OPTIONS.size());

    private final Arguments arguments;

    Img2ImgArguments(Arguments arguments) {
        this.arguments = arguments;
    }

    /** The request, over a picture if one is given. */
    Request over(Txt2Img picture) {
        if (isWithout("init", OPTIONS)) {
            return picture;
        }
        return new Img2Img(
                picture,
                read("init").onWhite(),
                arguments.value(
                        "resize-mode",
                        name -> ResizeMode.valueOf(constant(name)),
                        ResizeMode.JUST_RESIZE,
                        "just-resize, crop-and-resize, resize-and-fill, latent-upscale"),
                arguments.number("strength", 0.75),
                arguments.number("noise-multiplier", 1),
                inpainting());
    }

    private Optional<Inpainting> inpainting() {
        if (isWithout("mask", OF_A_MASK)) {
            return Optional.empty();
        }
        boolean round = arguments.answer("mask-round", true);
        int[] blur =
                arguments.value(
                        "mask-blur",
                        text -> Stream.of(text.split("x", 2)).mapToInt(Integer::parseInt).toArray(),
                        new int[] {4},
                        "N or NxN");
        return Optional.of(
                new Inpainting(
                        read("mask").mask(round),
                        arguments.answer("invert-mask", false),
                        blur[0],
                        blur[blur.length - 1],
                        round,
                        arguments.value(
                                "fill",
                                name -> Inpainting.Fill.valueOf(constant(name)),
                                Inpainting.Fill.ORIGINAL,
                                "fill, original, latent-noise, latent-nothing"),
                        arguments.answer("only-masked", false),
                        arguments.value("padding", Integer::parseInt, 32, "a whole number"),
                        arguments.number("mask-weight", 1)));
    }

    /** Whether an option is missing, which is then needed by none that is given. */
    private boolean isWithout(String needed, List<String> options) {
        if (arguments.given().containsKey(needed)) {
            return false;
        }
        for (String option : options) {
            if (arguments.given().containsKey(option)) {
                throw new IllegalArgumentException("--%s needs --%s".formatted(option, needed));
            }
        }
        return true;
    }

    private static String constant(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
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
