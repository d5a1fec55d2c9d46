package huafang.engine;

import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.SamplerName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The part of the command line that is about passes: enlarging, a second checkpoint, edges. */
final class HiresArguments {
    static final List<String> OPTIONS =
            List.of(
                    "hires",
                    "hires-strength",
                    "hires-steps",
                    "hires-prompt",
                    "hires-negative",
                    "hires-sampler",
                    "hires-schedule",
                    "hires-checkpoint",
                    "tiling",
                    "refiner",
                    "refiner-at",
                    "refiner-by",
                    "upscaler");

    private final Arguments arguments;

    HiresArguments(Arguments arguments) {
        this.arguments = arguments;
    }

    /** The checkpoint of the second pass, if it has its own. */
    Optional<Path> checkpoint() {
        return Optional.ofNullable(arguments.value("hires-checkpoint", Path::of, null, "a file"));
    }

    /** The checkpoint that takes over, if one does. */
    Optional<Path> refinerFile() {
        return Optional.ofNullable(arguments.value("refiner", Path::of, null, "a file"));
    }

    /** How the picture is painted. */
    Manner manner(Lent lent) {
        String by = arguments.given().getOrDefault("refiner-by", "noise");
        if (!List.of("noise", "steps").contains(by)) {
            throw new IllegalArgumentException(
                    "--refiner-by: found '%s', allowed: noise, steps".formatted(by));
        }
        double at = arguments.number("refiner-at", 0.8);
        if (refinerFile().isEmpty()) {
            for (String option : List.of("refiner-at", "refiner-by")) {
                if (arguments.given().containsKey(option)) {
                    throw new IllegalArgumentException("--%s needs --refiner".formatted(option));
                }
            }
        }
        String tiling = arguments.given().getOrDefault("tiling", "no");
        if (!List.of("yes", "no").contains(tiling)) {
            throw new IllegalArgumentException(
                    "--tiling: found '%s', allowed: yes, no".formatted(tiling));
        }
        return new Manner(
                tiling.equals("yes"),
                refinerFile().map(file -> new Refiner(lent::refiner, at, by.equals("steps"))));
    }

    /** The request, small first if that is asked for. */
    Request over(Request request, Lent lent) {
        if (!arguments.given().containsKey("hires")) {
            for (String option : OPTIONS) {
                if (!option.startsWith("refiner")
                        && !option.equals("tiling")
                        && arguments.given().containsKey(option)) {
                    throw new IllegalArgumentException(
                            "--%s needs --hires%s"
                                    .formatted(
                                            option,
                                            option.equals("upscaler") ? " or --upscale" : ""));
                }
            }
            return request;
        }
        if (!(request instanceof Txt2Img picture)) {
            throw new IllegalArgumentException("--hires cannot be with --init");
        }
        var names =
                SamplerName.ofSecondPass(
                        arguments.given().get("hires-sampler"),
                        arguments.given().get("hires-schedule"));
        return new HiresFix(
                picture,
                arguments.value("hires", size -> size(picture, size), null, "a factor or WxH"),
                enlargement(lent),
                arguments.number("hires-strength", 0.7),
                new HiresFix.Second(
                        arguments.value("hires-steps", Integer::parseInt, 0, "a whole number"),
                        arguments.given().getOrDefault("hires-prompt", ""),
                        arguments.given().getOrDefault("hires-negative", ""),
                        Optional.ofNullable(names.sampler()),
                        Optional.ofNullable(names.schedule()),
                        checkpoint().map(file -> lent::second)));
    }

    private static HiresFix.Size size(Txt2Img picture, String size) {
        String[] sides = size.split("x", 2);
        return sides.length == 1
                ? HiresFix.Size.by(picture, Double.parseDouble(size))
                : HiresFix.Size.to(picture, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
    }

    private HiresFix.Enlargement enlargement(Lent lent) {
        String name = arguments.given().getOrDefault("upscaler", LatentUpscale.BILINEAR.label());
        Optional<LatentUpscale> way =
                Stream.of(LatentUpscale.values())
                        .filter(each -> each.label().equalsIgnoreCase(name))
                        .findFirst();
        return way.isPresent()
                ? new HiresFix.Enlargement.OfLatents(way.get())
                : new HiresFix.Enlargement.OfPixels(lent.upscaler(name));
    }

    /** What can be told of files before one is read. */
    void requireFiles() {
        arguments.requireThere("refiner", refinerFile().stream());
        arguments.requireThere("hires-checkpoint", checkpoint().stream());
        arguments.requireUpscaler(
                "upscaler",
                Stream.concat(
                                Stream.of(LatentUpscale.values()).map(LatentUpscale::label),
                                Upscaler.NAMES.stream())
                        .toList());
    }

    /** Loads what is asked for; only for checking, nothing is. */
    interface Lent {
        Lent NOTHING =
                new Lent() {
                    @Override
                    public Upscaler upscaler(String name) {
                        return Upscaler.NONE;
                    }

                    @Override
                    public StableDiffusion refiner() {
                        return second();
                    }

                    @Override
                    public StableDiffusion second() {
                        throw new IllegalStateException("nothing is lent for checking");
                    }
                };

        Upscaler upscaler(String name);

        StableDiffusion second();

        StableDiffusion refiner();
    }
}
