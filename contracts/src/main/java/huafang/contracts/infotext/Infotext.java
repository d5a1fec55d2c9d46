package huafang.contracts.infotext;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Sampler.Trait;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Start;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes and reads infotexts. */
public final class Infotext {
    /** The keyword of the PNG's text chunk. */
    public static final String PNG_KEYWORD = "parameters";

    private static final String VERSION = "Huafang 0.1.0";
    private static final String NEGATIVE = "Negative prompt:";

    // Possessive and bounded, so that a hostile text costs linear time.
    private static final Pattern FIELD =
            Pattern.compile(
                    "\\s{0,8}+(\\w[\\w \\-/]{1,60}+):\\s{0,8}+(\"(?:\\\\.|[^\\\\\"])++\"|[^,]*+)(?:,|$)",
                    Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})x(\\d{1,9})");
    private static final int FEWEST_FIELDS = 3;

    /** Digits of the hashes of LoRAs and embeddings. */
    private static final int HASH = 12;

    private static final Map<String, Object> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("Clip skip", "1");
        DEFAULTS.put("Hires sampler", "Use same sampler");
        DEFAULTS.put("RNG", "GPU");
        DEFAULTS.put("Schedule type", "Automatic");
        DEFAULTS.put("Mask mode", "Inpaint masked");
        DEFAULTS.put("Masked content", "original");
        DEFAULTS.put("Inpaint area", "Whole picture");
        DEFAULTS.put("Masked area padding", 32);
        DEFAULTS.put("VAE Encoder", "Full");
        DEFAULTS.put("VAE Decoder", "Full");
        DEFAULTS.put("FP8 weight", "Disable");
    }

    private Infotext() {}

    /** The infotext of an image. */
    public static String of(ImageParameters image) {
        return switch (image) {
            case GenerationParameters painted -> of(painted);
            case Enlargement enlarged -> of(enlarged);
        };
    }

    /** What the small picture told, and how it was enlarged. */
    private static String of(Enlargement image) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Postprocess upscale by", number(image.scale()));
        fields.put("Postprocess upscaler", image.upscaler().name());
        if (image.second() != null) {
            fields.put("Postprocess upscaler 2", image.second().name());
        }
        if (image.infotext() != null) {
            return image.infotext() + ", " + joined(fields);
        }
        fields.put("Version", VERSION);
        return joined(fields);
    }

    /** Fields in AUTOMATIC1111's order. */
    private static String of(GenerationParameters image) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Steps", image.steps());
        fields.put("Sampler", image.sampler().label());
        fields.put("Schedule type", image.scheduler().label());
        fields.put("CFG scale", number(image.cfgScale()));
        fields.put("Seed", image.seed());
        fields.put("Size", image.width() + "x" + image.height());
        fields.put("Model hash", image.model().hash());
        fields.put("Model", image.model().name());
        Model vae = image.addOns().vae();
        if (vae != null) {
            fields.put("VAE hash", vae.hash());
            fields.put("VAE", vae.file().substring(vae.file().lastIndexOf('/') + 1));
        }
        SamplingOptions options = image.options();
        if (options.hasVariation()) {
            fields.put("Variation seed", options.subseed());
            fields.put("Variation seed strength", number(options.subseedStrength()));
        }
        if (options.seedResizeFromWidth() > 0 && options.seedResizeFromHeight() > 0) {
            fields.put(
                    "Seed resize from",
                    options.seedResizeFromWidth() + "x" + options.seedResizeFromHeight());
        }
        Start start = image.start();
        Hires hires = image.hires();
        if (start != null || hires != null) {
            double strength = start == null ? hires.strength() : start.strength();
            fields.put("Denoising strength", number(strength));
        }
        if (start != null && start.inpainting() != null) {
            // AUTOMATIC1111 writes the usual 1 as well, for every image of an inpainting checkpoint
            putUnless(1, fields, "Conditional mask weight", start.inpainting().weight());
        }
        if (image.reading().clipSkip() > 1) {
            fields.put("Clip skip", image.reading().clipSkip());
        }
        if (options.seedDelta() != 0
                && image.sampler().has(Trait.SEED_DELTA)
                && !Objects.equals(options.eta(), 0.0)) {
            fields.put("ENSD", options.seedDelta());
        }
        if (start != null) {
            fields.put("Init image hash", start.picture().pixelHash());
        }
        if (image.rng() == Rng.CPU) {
            fields.put("RNG", image.rng().name());
        }
        if (image.manner().tiling()) {
            fields.put("Tiling", "True");
        }
        if (hires != null) {
            putHires(fields, hires);
        }
        if (start != null) {
            putStart(fields, start);
        }
        putSampling(fields, image.sampler(), options);
        if (image.reading().emphasis() != Emphasis.ORIGINAL && hasBrackets(image)) {
            fields.put("Emphasis", image.reading().emphasis().label());
        }
        Model refiner = image.manner().refiner();
        if (refiner != null) {
            if (image.manner().refinerBySteps()) {
                fields.put("Refiner switch by sampling steps", "True");
            }
            fields.put("Refiner", refiner.shortTitle());
            fields.put("Refiner switch at", number(image.manner().refinerAt()));
        }
        putHashes(fields, "Lora hashes", image.addOns().loras());
        putHashes(fields, "TI hashes", image.addOns().embeddings());
        fields.put("Version", VERSION);
        String negative =
                image.negativePrompt().isEmpty()
                        ? ""
                        : "\n" + NEGATIVE + " " + image.negativePrompt();
        return (image.prompt() + negative + "\n" + joined(fields)).strip();
    }

    private static boolean hasBrackets(GenerationParameters image) {
        return (image.prompt() + image.negativePrompt())
                .chars()
                .anyMatch(c -> c == '(' || c == '[');
    }

    private static void putSampling(
            Map<String, Object> fields, Sampler sampler, SamplingOptions options) {
        if (options.discardNextToLastSigma()) {
            fields.put("Discard penultimate sigma", "True");
        }
        putUnless(0, fields, "Schedule min sigma", options.sigmaMin());
        putUnless(0, fields, "Schedule max sigma", options.sigmaMax());
        putUnless(0, fields, "Schedule rho", options.rho());
        if (sampler.has(Trait.ETA) && options.eta() != null) {
            boolean ddim = sampler.has(Trait.USUALLY_WITHOUT_ETA);
            putUnless(ddim ? 0 : 1, fields, ddim ? "Eta DDIM" : "Eta", options.eta());
        }
        if (sampler.has(Trait.CHURN)) {
            putUnless(0, fields, "Sigma churn", options.churn());
            putUnless(0, fields, "Sigma tmin", options.churnFrom());
            if (options.churnTo() != null) {
                fields.put("Sigma tmax", number(options.churnTo()));
            }
        }
        if (sampler.has(Trait.NOISE_SCALE)) {
            putUnless(1, fields, "Sigma noise", options.noiseScale());
        }
    }

    private static void putHires(Map<String, Object> fields, Hires hires) {
        if (hires.width() == 0 && hires.height() == 0) {
            fields.put("Hires upscale", number(hires.scale()));
        } else {
            fields.put("Hires resize", hires.width() + "x" + hires.height());
        }
        if (hires.checkpoint() != null) {
            fields.put("Hires checkpoint", hires.checkpoint().shortTitle());
        }
        if (hires.sampler() != null) {
            fields.put("Hires sampler", hires.sampler().label());
        }
        if (!hires.prompt().isEmpty()) {
            fields.put("Hires prompt", hires.prompt());
        }
        if (!hires.negativePrompt().isEmpty()) {
            fields.put("Hires negative prompt", hires.negativePrompt());
        }
        if (hires.scheduler() != null) {
            fields.put("Hires schedule type", hires.scheduler().label());
        }
        if (hires.steps() > 0) {
            fields.put("Hires steps", hires.steps());
        }
        fields.put("Hires upscaler", hires.upscaler());
    }

    private static void putStart(Map<String, Object> fields, Start start) {
        Inpainting inpainting = start.inpainting();
        if (inpainting != null) {
            if (inpainting.inverted()) {
                fields.put("Mask mode", "Inpaint not masked");
            }
            if (inpainting.blurX() > 0 || inpainting.blurY() > 0) {
                fields.put("Mask blur", Math.max(inpainting.blurX(), inpainting.blurY()));
            }
            if (inpainting.onlyMasked()) {
                fields.put("Inpaint area", "Only masked");
                fields.put("Masked area padding", inpainting.padding());
            }
            if (inpainting.content() != MaskedContent.ORIGINAL) {
                fields.put("Masked content", inpainting.content().label());
            }
        }
        putUnless(1, fields, "Noise multiplier", start.noiseMultiplier());
    }

    private static void putHashes(
            Map<String, Object> fields, String name, Map<String, String> hashes) {
        if (!hashes.isEmpty()) {
            fields.put(
                    name,
                    hashes.entrySet().stream()
                            .map(hash -> hash.getKey() + ": " + hash.getValue().substring(0, HASH))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static void putUnless(
            double usual, Map<String, Object> fields, String name, double value) {
        if (value != usual) {
            fields.put(name, number(value));
        }
    }

    /** A guidance scale as people write it: {@code 7}, {@code 7.5}. */
    public static String number(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /**
     * Reads an infotext into AUTOMATIC1111's names: Prompt, Negative prompt, then the fields; a
     * size is split into {@code Size-1} and {@code Size-2}; what the text leaves out has its
     * default.
     */
    public static Map<String, Object> parse(String text) {
        List<String> lines = new ArrayList<>(text.strip().lines().toList());
        Map<String, Object> found = new LinkedHashMap<>();
        Map<String, String> fields = lines.isEmpty() ? Map.of() : fields(lines.getLast());
        if (!fields.isEmpty()) {
            lines.removeLast();
        }
        StringBuilder prompt = new StringBuilder();
        StringBuilder negative = new StringBuilder();
        StringBuilder current = prompt;
        for (String raw : lines) {
            String line = raw.strip();
            if (line.startsWith(NEGATIVE)) {
                current = negative;
                line = line.substring(NEGATIVE.length()).strip();
            }
            current.append(current.isEmpty() ? "" : "\n").append(line);
        }
        found.put("Prompt", prompt.toString());
        found.put("Negative prompt", negative.toString());
        fields.forEach((key, value) -> put(found, key, value));
        DEFAULTS.forEach(found::putIfAbsent);
        return found;
    }

    private static void put(Map<String, Object> found, String key, String value) {
        Matcher size = SIZE.matcher(value);
        if (size.matches()) {
            found.put(key + "-1", size.group(1));
            found.put(key + "-2", size.group(2));
        } else {
            found.put(key, value);
        }
    }

    private static Map<String, String> fields(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        int matches = 0;
        Matcher matcher = FIELD.matcher(line);
        while (matcher.find()) {
            matches++;
            fields.put(matcher.group(1), unquote(matcher.group(2)));
        }
        return matches < FEWEST_FIELDS ? Map.of() : fields;
    }

    private static String joined(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(field -> {
                    String value = quote(field.getValue().toString());
                    return field.getKey() + ": " + value;
                })
                .collect(Collectors.joining(", "));
    }

    private static String quote(String value) {
        if (value.chars().noneMatch(c -> c == ',' || c == '\n' || c == ':')) {
            return value;
        }
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a string that is no JSON: " + value, e);
        }
    }

    private static String unquote(String value) {
        if (!value.startsWith("\"")) {
            return value;
        }
        try {
            return new ObjectMapper().readValue(value, String.class);
        } catch (JsonProcessingException e) {
            return value;
        }
    }
}
