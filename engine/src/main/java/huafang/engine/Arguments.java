package huafang.engine;

import huafang.engine.adapter.AddOns;
import huafang.engine.adapter.Lora;
import huafang.engine.network.Device;
import huafang.engine.network.VaeTiles;
import huafang.engine.sampling.NoiseOptions;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.SamplerName;
import huafang.engine.sampling.SamplerOptions;
import huafang.engine.sampling.SamplingOptions;
import huafang.engine.sampling.ScheduleOptions;
import huafang.engine.text.Emphasis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The command line of {@link Main}. */
record Arguments(Map<String, String> given) {
    static final String HELP =
            """
            Paints a picture from text with a Stable Diffusion checkpoint.

              --checkpoint FILE   Stable Diffusion 1.x, 2.x, XL or XL's refiner: a .safetensors file, or a folder in
                                  diffusers' layout; required
              --vae FILE          a .safetensors file with another VAE to use
              --vae-tile N        pixels on each side of the tiles in which the VAE takes pictures that are larger than
                                  one, a multiple of 8 from 64; if not given, tiles of 768 above 1024 x 1024 pixels, on
                                  a GPU only for what does not fit its memory
              --device NAME       cpu, cuda (the first NVIDIA GPU), or auto: cuda where it works; auto if not given
              --out FILE          the picture, a PNG; required
              --prompt TEXT       what to paint
              --negative TEXT     what to keep away from
              --steps N           noise levels to visit, 1 to 150; 20 if not given
              --sampler NAME      DPM++ 2M, DPM++ SDE, DPM++ 2M SDE, DPM++ 2M SDE Heun, DPM++ 2S a, DPM++ 3M SDE, Euler a,
                                  Euler, LMS, Heun, DPM2, DPM2 a, DPM fast, DPM adaptive, Restart, DDIM, DDIM CFG++, PLMS,
                                  UniPC or LCM, perhaps with a schedule's name behind it; Euler a if not given
              --schedule NAME     Automatic (the sampler's usual one), Uniform, Karras, Exponential, Polyexponential, SGM
                                  Uniform, KL Optimal, Align Your Steps, Simple, Normal, DDIM or Beta; Automatic if not given
              --cfg X             how far to follow the prompt, 0 to 30; 7 if not given
              --seed N            0 or more; -1 or not given: one by chance, told in the result
              --batch N           so many pictures, 1 to 100, each with the next seed, or the next subseed if that has a
                                  say, in files that are numbered, as in a-1.png for a.png; on a GPU up to 8 at once;
                                  1 if not given
              --rng NAME          whose random numbers: cpu (PyTorch's) or nv (a GPU's); nv if not given
              --width N           pixels, a multiple of 8 from 64 to 2048; the checkpoint's own if not given
              --height N          likewise
              --init FILE         a PNG or JPEG to paint over
              --strength X        how much of it to paint anew, 0 to 1; 0.75 if not given
              --resize-mode NAME  how it comes to the size: just-resize, crop-and-resize, resize-and-fill or latent-upscale;
                                  just-resize if not given
              --noise-multiplier X  what the noise on it is multiplied by, 0 to 1.5; 1 if not given
              --mask FILE         a PNG or JPEG, white where to paint anew; of a transparent one, where it is opaque
              --invert-mask yes|no  whether to paint anew where it is black; no if not given
              --mask-blur N[xN]   how soft its edges are, 0 to 64 pixels; 4 if not given
              --mask-round yes|no whether each latent is either painted anew or kept; yes if not given
              --fill NAME         what is under it at first: fill, original, latent-noise or latent-nothing; original if not
                                  given
              --only-masked yes|no  whether to paint the masked part alone, at the size asked for; no if not given
              --padding N         how much to see around that part, 0 to 256 pixels; 32 if not given
              --mask-weight X     how much of what is under it an inpainting checkpoint does not see, 0 to 1; 1 if not given
              --eta X             how much noise samplers draw anew, 0 to 1; 0 with DDIM and DDIM CFG++, else 1 if not given
              --churn X           noise that Euler, Heun and DPM2 add, 0 to 100; 0 if not given
              --churn-from X      the lowest noise level at which they do; 0 if not given
              --churn-to X        the highest; without limit if not given
              --noise-scale X     what added noise is multiplied by, 0 to 2; 1 if not given
              --sigma-min X       the lowest noise level; the checkpoint's own if 0 or not given
              --sigma-max X       the highest; likewise
              --rho X             the exponent of Karras (7) and Polyexponential (1)
              --discard yes|no    whether to leave out the lowest of one more noise level; no if not given
              --subseed N         the seed of a variation; 0 if not given
              --subseed-strength X  how much of it, 0 to 1; 0 if not given
              --resize-from WxH   the size in pixels whose composition is wanted
              --ensd N            added to the seed for the noise on the way
              --clip-skip N       1 takes the text encoder's last layer, 2 the one before it, ...; 1 if not given
              --emphasis NAME     what brackets in prompts do: Original, No norm, Ignore or None; Original if not given
              --lora FILE[:X[:Y]] a LoRA of weight X, and Y for the U-Net; 1 if not given; as often as you like
              --lora-folder DIR   where the LoRAs lie that the prompt names, as in <lora:name:0.8>
              --embedding FILE    a word of your own, named as its file; as often as you like
              --embedding-folder DIR  where more of them lie
              --hires X|WxH       paint small first, then enlarge by X, 1 to 8, or to a size, and paint over that; a side
                                  of 0 follows from the other, and what another shape has too much is cut off
              --upscaler NAME     what enlarges: Latent, Latent (antialiased), Latent (bicubic), Latent (bicubic
                                  antialiased), Latent (nearest), Latent (nearest-exact); None, Lanczos, Nearest; or a
                                  .safetensors file with an upscaler of the ESRGAN family; Latent if not given
              --hires-strength X  how much is painted anew, 0 to 1; 0.7 if not given
              --hires-steps N     steps that are really run then, 1 to 150; those of the first pass if 0 or not given
              --hires-prompt TEXT, --hires-negative TEXT, --hires-sampler NAME, --hires-schedule NAME,
              --hires-checkpoint FILE  what the second pass has of its own
              --tiling yes|no     whether the picture is to be laid side by side without an edge; no if not given
              --refiner FILE      a checkpoint that takes over on the way; of two passes, in the second one
              --refiner-at X      after which part of the way, 0 to 1; 0.8 if not given
              --refiner-by NAME   what the way is counted by: noise (its timesteps) or steps; noise if not given
              --upscale FILE      only enlarges this PNG or JPEG; needs no checkpoint; Lanczos if no --upscaler is given
              --by X              how much, above 0 to 8, rounded down to multiples of 8 pixels; 2 if not given
              --to WxH            instead, to a size in pixels; a side of 0 follows from the other
              --crop yes|no       whether what another shape has too much is cut off then; yes if not given
              --second-upscaler NAME  another, as --upscaler, that is seen over the first
              --second-visibility X  how much of it, 0 to 1; 0.5 if not given
              --latents FILE      what the sampler returned, before division by the latent scale:
                                  raw little-endian floats [1, 4, height/8, width/8]
              --preview FILE      a small picture of what is expected, a PNG that is written anew after every step
              --help              this

            Prompts are AUTOMATIC1111's: (more) [less] (weighed:1.3) \\( \\[ BREAK, [from:to:0.5] [to:10] [from::0.5]
            [this|that], one AND another :0.7, and # before what is not read of a line.

            Prints one line when the picture is written; progress goes to standard error. The same arguments give the
            same bytes on a CPU, and the same picture within rounding on a GPU. Exit status: 0 painted, 1 not painted, 2 arguments that make no sense.
            """;

    static final Set<String> OPTIONS =
            Set.of(
                    "checkpoint",
                    "vae",
                    "vae-tile",
                    "device",
                    "out",
                    "prompt",
                    "negative",
                    "steps",
                    "sampler",
                    "schedule",
                    "cfg",
                    "seed",
                    "batch",
                    "rng",
                    "width",
                    "height",
                    "eta",
                    "churn",
                    "churn-from",
                    "churn-to",
                    "noise-scale",
                    "sigma-min",
                    "sigma-max",
                    "rho",
                    "discard",
                    "subseed",
                    "subseed-strength",
                    "resize-from",
                    "ensd",
                    "clip-skip",
                    "emphasis",
                    "lora",
                    "lora-folder",
                    "embedding",
                    "embedding-folder",
                    "latents",
                    "preview");
    private static final Set<String> REPEATED = Set.of("lora", "embedding");
    private static final Pattern LORA =
            Pattern.compile("(.+?)(?::(-?[0-9.]+))?(?::(-?[0-9.]+))?", Pattern.DOTALL);

    /** Between the values of an option that is given several times; no argument can hold it. */
    private static final String NEXT = "\0";

    private static final long SEEDS = 1L << 32;
    private static final int MOST_PICTURES = 100;

    /**
     * @throws IllegalArgumentException if an option is unknown, given twice or has no value
     */
    static Arguments parse(String... words) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            String option = words[i].startsWith("--") ? words[i].substring(2) : "";
            require(isKnown(option), "unknown option " + words[i] + "; --help lists them");
            boolean valued = i + 1 < words.length && !isOption(words[i + 1]);
            require(valued, "--%s needs a value".formatted(option));
            require(
                    words[i + 1].indexOf('\ufffd') < 0,
                    "--%s: found text that is not in the locale's encoding; run under LC_ALL=C.UTF-8"
                            .formatted(option));
            String before = given.put(option, words[i + 1]);
            if (before != null && REPEATED.contains(option)) {
                given.put(option, before + NEXT + words[i + 1]);
            } else {
                require(before == null, "--%s is given twice".formatted(option));
            }
        }
        require(
                given.containsKey("checkpoint") || given.containsKey("upscale"),
                "--checkpoint is needed; --help tells more");
        require(given.containsKey("out"), "--out is needed; --help tells more");
        return new Arguments(given);
    }

    private static boolean isOption(String word) {
        return word.startsWith("--") && isKnown(word.substring(2));
    }

    private static boolean isKnown(String option) {
        return OPTIONS.contains(option)
                || Img2ImgArguments.OPTIONS.contains(option)
                || HiresArguments.OPTIONS.contains(option)
                || UpscaleArguments.OPTIONS.contains(option);
    }

    /**
     * Looks at every value, so that whatever is wrong is told before a checkpoint of gigabytes is
     * read.
     *
     * @throws IllegalArgumentException if one cannot be
     */
    void check() {
        checkpoint();
        vaeTiles();
        out();
        latents();
        preview();
        batch();
        upscale().check();
        if (!upscale().given()) {
            request(512, 512, HiresArguments.Lent.NOTHING);
            hires().manner(HiresArguments.Lent.NOTHING);
            requireFiles();
        }
        device();
    }

    private void requireFiles() {
        requireThere("vae", vae().stream());
        AddOns addOns = addOns();
        requireThere("lora", addOns.loras().stream().map(Lora::file));
        requireThere("embedding", addOns.embeddings().stream());
        requireThere("lora-folder", addOns.folder().stream());
        requireThere("embedding-folder", addOns.embeddingFolder().stream());
        hires().requireFiles();
    }

    void requireThere(String option, Stream<Path> files) {
        files.forEach(file ->
                require(Files.exists(file), "--%s: there is no %s".formatted(option, file)));
    }

    /** Fails if what enlarges has none of these names, and is no file. */
    void requireUpscaler(String option, List<String> names) {
        String name = given.getOrDefault(option, names.getFirst());
        require(
                names.stream().anyMatch(name::equalsIgnoreCase)
                        || Files.isRegularFile(Path.of(name)),
                "--%s: found '%s', allowed: %s, or a file that is there"
                        .formatted(option, name, String.join(", ", names)));
    }

    UpscaleArguments upscale() {
        return new UpscaleArguments(this);
    }

    HiresArguments hires() {
        return new HiresArguments(this);
    }

    Path checkpoint() {
        return value("checkpoint", Path::of, null, "a file name");
    }

    Optional<Path> vae() {
        return Optional.ofNullable(value("vae", Path::of, null, "a file name"));
    }

    VaeTiles vaeTiles() {
        return given.containsKey("vae-tile")
                ? value(
                        "vae-tile",
                        side -> VaeTiles.of(Integer.parseInt(side)),
                        null,
                        "a multiple of 8 from 64")
                : VaeTiles.USUAL;
    }

    Device device() {
        return value("device", Device::of, Device.of("auto"), "auto, cpu or cuda");
    }

    Path out() {
        return target("out");
    }

    Optional<Path> latents() {
        return given.containsKey("latents") ? Optional.of(target("latents")) : Optional.empty();
    }

    Optional<Path> preview() {
        return given.containsKey("preview") ? Optional.of(target("preview")) : Optional.empty();
    }

    /**
     * Those of each picture, one if no more are asked for. With a variation, its seed counts them.
     */
    List<Arguments> batch() {
        int pictures = value("batch", Integer::parseInt, 1, "a whole number");
        require(
                pictures >= 1 && pictures <= MOST_PICTURES,
                "--batch: found %d, allowed: 1 to %d".formatted(pictures, MOST_PICTURES));
        if (pictures == 1) {
            return List.of(this);
        }
        for (String one : List.of("latents", "preview", "upscale")) {
            require(!given.containsKey(one), "--%s cannot be with --batch".formatted(one));
        }
        long first = seed();
        return IntStream.range(0, pictures).mapToObj(i -> numbered(i, first)).toList();
    }

    private Arguments numbered(int index, long firstSeed) {
        Map<String, String> its = new HashMap<>(given);
        its.remove("batch");
        boolean varied = number("subseed-strength", 0) > 0;
        its.put("seed", Long.toString(varied ? firstSeed : firstSeed + index));
        if (varied) {
            its.put("subseed", Long.toString(subseed() + index));
        }
        its.put("out", out().toString().replaceFirst("(\\.[^./]*)?$", "-" + (index + 1) + "$1"));
        return new Arguments(its);
    }

    private long subseed() {
        return value("subseed", Long::parseLong, 0L, "a whole number");
    }

    private long seed() {
        long seed = value("seed", Long::parseLong, -1L, "a whole number");
        return seed == -1 ? ThreadLocalRandom.current().nextLong(SEEDS) : seed;
    }

    /** What to paint, at a checkpoint's own size where none is given. */
    Request request(int nativeWidth, int nativeHeight, HiresArguments.Lent lent) {
        Txt2Img text = text(nativeWidth, nativeHeight);
        return hires().over(new Img2ImgArguments(this).over(text), lent);
    }

    private Txt2Img text(int nativeWidth, int nativeHeight) {
        var names =
                SamplerName.of(
                        given.getOrDefault("sampler", Sampler.EULER_A.label()),
                        given.get("schedule"));
        return new Txt2Img(
                given.getOrDefault("prompt", ""),
                given.getOrDefault("negative", ""),
                value("width", Integer::parseInt, nativeWidth, "a whole number"),
                value("height", Integer::parseInt, nativeHeight, "a whole number"),
                value("steps", Integer::parseInt, 20, "a whole number"),
                names.sampler(),
                names.schedule(),
                value("cfg", Double::parseDouble, 7.0, "a number"),
                seed(),
                value("rng", name -> Rng.valueOf(name.toUpperCase(Locale.ROOT)), Rng.NV, "cpu, nv"),
                new Txt2Img.Reading(
                        value("clip-skip", Integer::parseInt, 1, "a whole number"),
                        Emphasis.named(given.getOrDefault("emphasis", Emphasis.ORIGINAL.label())),
                        addOns()),
                new SamplingOptions(samplerOptions(), scheduleOptions(), noiseOptions()));
    }

    private AddOns addOns() {
        return new AddOns(
                value("lora", Arguments::loras, List.of(), "FILE:X:Y"),
                Optional.ofNullable(value("lora-folder", Path::of, null, "a folder")),
                value("embedding", Arguments::files, List.of(), "a file name"),
                Optional.ofNullable(value("embedding-folder", Path::of, null, "a folder")));
    }

    private SamplerOptions samplerOptions() {
        return new SamplerOptions(
                value("eta", Double::valueOf, null, "a number"),
                number("churn", 0),
                number("churn-from", 0),
                number("churn-to", Double.POSITIVE_INFINITY),
                number("noise-scale", 1));
    }

    private ScheduleOptions scheduleOptions() {
        return new ScheduleOptions(
                number("sigma-min", 0),
                number("sigma-max", 0),
                number("rho", 0),
                answer("discard", false));
    }

    private NoiseOptions noiseOptions() {
        int[] resizeFrom =
                value(
                        "resize-from",
                        size -> {
                            String[] sides = size.split("x", 2);
                            return new int[] {
                                Integer.parseInt(sides[0]),
                                Integer.parseInt(sides[sides.length - 1])
                            };
                        },
                        new int[2],
                        "WxH");
        return new NoiseOptions(
                subseed(),
                number("subseed-strength", 0),
                resizeFrom[0],
                resizeFrom[1],
                value("ensd", Integer::parseInt, 0, "a whole number"));
    }

    boolean answer(String option, boolean otherwise) {
        Map<String, Boolean> answers = Map.of("yes", true, "no", false);
        String given = this.given.getOrDefault(option, otherwise ? "yes" : "no");
        require(
                answers.containsKey(given),
                "--%s: found '%s', allowed: yes, no".formatted(option, given));
        return answers.get(given);
    }

    double number(String option, double otherwise) {
        return value(option, Double::parseDouble, otherwise, "a number");
    }

    private static List<Path> files(String values) {
        return Stream.of(values.split(NEXT)).map(Path::of).toList();
    }

    private static List<Lora> loras(String values) {
        return Stream.of(values.split(NEXT)).map(Arguments::lora).toList();
    }

    private static Lora lora(String value) {
        Matcher parts = LORA.matcher(value);
        require(parts.matches(), "--lora: found '%s', allowed: FILE:X:Y".formatted(value));
        double text = parts.group(2) == null ? 1 : Double.parseDouble(parts.group(2));
        double unet = parts.group(3) == null ? text : Double.parseDouble(parts.group(3));
        return new Lora(Path.of(parts.group(1)), text, unet);
    }

    private Path target(String option) {
        Path file = value(option, Path::of, null, "a file name");
        Path folder = file.toAbsolutePath().getParent();
        require(
                folder != null && Files.isDirectory(folder),
                "--%s: there is no folder %s".formatted(option, folder));
        require(!Files.isDirectory(file), "--%s: %s is a folder".formatted(option, file));
        return file;
    }

    <T> T value(String option, Function<String, T> reader, T otherwise, String allowed) {
        String text = given.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--%s: found '%s', allowed: %s".formatted(option, text, allowed), e);
        }
    }

    static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
