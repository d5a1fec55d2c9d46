package huafang.engine;

import huafang.engine.pixels.PictureFile;
import huafang.engine.pixels.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The part of the command line that is about a picture that is only made larger. */
final class UpscaleArguments {
    static final List<String> OPTIONS =
            List.of("upscale", "by", "to", "crop", "second-upscaler", "second-visibility");
    private static final List<String> BESIDE = List.of("out", "upscaler", "device");

    private final Arguments arguments;

    UpscaleArguments(Arguments arguments) {
        this.arguments = arguments;
    }

    /** Whether that is what is asked for. */
    boolean given() {
        return arguments.given().containsKey("upscale");
    }

    /**
     * @throws IllegalArgumentException if a value cannot be, or an option has no say
     */
    void check() {
        if (!given()) {
            for (String option : OPTIONS) {
                Arguments.require(!has(option), "--%s needs --upscale".formatted(option));
            }
            return;
        }
        by();
        sides();
        arguments.answer("crop", true);
        visibility();
        for (String option : arguments.given().keySet()) {
            Arguments.require(
                    OPTIONS.contains(option) || BESIDE.contains(option),
                    "--%s cannot be with --upscale".formatted(option));
        }
        Arguments.require(!(has("by") && has("to")), "--by cannot be with --to");
        Arguments.require(has("to") || !has("crop"), "--crop needs --to");
        Arguments.require(
                has("second-upscaler") || !has("second-visibility"),
                "--second-visibility needs --second-upscaler");
        for (String option : List.of("upscaler", "second-upscaler")) {
            arguments.requireUpscaler(option, Upscaler.NAMES);
        }
    }

    private boolean has(String option) {
        return arguments.given().containsKey(option);
    }

    /** The picture to enlarge. */
    Pixels picture() {
        Path file = Path.of(arguments.given().get("upscale"));
        try {
            return PictureFile.decode(Files.readAllBytes(file)).onWhite();
        } catch (IOException e) {
            throw new IllegalArgumentException("--upscale: cannot read " + file, e);
        }
    }

    /** How large it becomes. */
    EnlargedSize size(Pixels picture) {
        int[] sides = sides();
        return sides.length == 0
                ? EnlargedSize.by(by())
                : EnlargedSize.to(picture, sides[0], sides[1], arguments.answer("crop", true));
    }

    /** Width and height that are wanted, if they are. */
    private int[] sides() {
        return arguments.value(
                "to",
                size -> {
                    int x = size.indexOf('x');
                    return new int[] {
                        Integer.parseInt(size.substring(0, Math.max(x, 0))),
                        Integer.parseInt(size.substring(x + 1))
                    };
                },
                new int[0],
                "WxH");
    }

    private double by() {
        double by = arguments.number("by", 2);
        Arguments.require(by > 0 && by <= 8, "--by: found %s, allowed: above 0 to 8".formatted(by));
        return by;
    }

    /** The name of what enlarges it. */
    String first() {
        return arguments.given().getOrDefault("upscaler", "Lanczos");
    }

    /** The name of what enlarges it as well. */
    Optional<String> second() {
        return Optional.ofNullable(arguments.given().get("second-upscaler"));
    }

    /** How much of that is seen. */
    double visibility() {
        double visibility = arguments.number("second-visibility", 0.5);
        Arguments.require(
                visibility >= 0 && visibility <= 1,
                "--second-visibility: found %s, allowed: 0 to 1".formatted(visibility));
        return visibility;
    }
}
