package huafang.gateway.sdapi;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.infotext.Infotext;
import huafang.gateway.job.Job;
import huafang.gateway.job.JobImage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What clients are told about how the pictures were made. */
final class Info {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

    private static final Set<String> EXTRAS =
            Set.of(
                    "Schedule type",
                    "Refiner switch by sampling steps",
                    "Refiner",
                    "Refiner switch at",
                    "Hires upscale",
                    "Hires steps",
                    "Hires upscaler",
                    "Hires checkpoint",
                    "Hires sampler",
                    "Hires schedule type",
                    "Hires prompt",
                    "Hires negative prompt",
                    "Mask mode",
                    "Mask blur",
                    "Inpaint area",
                    "Masked area padding",
                    "Masked content",
                    "Noise multiplier",
                    "Lora hashes",
                    "TI hashes");

    private Info() {}

    static String timestamp(Instant instant) {
        return TIMESTAMP.format(instant);
    }

    static Map<String, Object> of(Job job, GenerationParameters first, PaintRequest request) {
        int count = job.images().size();
        List<String> infotexts =
                job.images().stream()
                        .map(image -> Infotext.of(first.ofImage(image.index())))
                        .toList();
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("prompt", first.prompt());
        info.put("all_prompts", Collections.nCopies(count, first.prompt()));
        info.put("negative_prompt", first.negativePrompt());
        info.put("all_negative_prompts", Collections.nCopies(count, first.negativePrompt()));
        info.put("seed", first.seed());
        info.put("all_seeds", job.images().stream().map(JobImage::seed).toList());
        List<Long> subseeds =
                job.images().stream().map(image -> subseed(first.ofImage(image.index()))).toList();
        info.put("subseed", subseeds.getFirst());
        info.put("all_subseeds", subseeds);
        info.put("subseed_strength", first.options().subseedStrength());
        info.put("width", first.width());
        info.put("height", first.height());
        info.put("sampler_name", first.sampler().label());
        info.put("cfg_scale", first.cfgScale());
        info.put("steps", first.steps());
        info.put("batch_size", request.batchSize());
        info.put("restore_faces", false);
        info.put("face_restoration_model", null);
        info.put("sd_model_name", first.model().name());
        info.put("sd_model_hash", first.model().hash());
        Model vae = first.addOns().vae();
        info.put("sd_vae_name", vae == null ? null : vae.file());
        info.put("sd_vae_hash", vae == null ? null : vae.hash());
        info.put("seed_resize_from_w", orNone(first.options().seedResizeFromWidth()));
        info.put("seed_resize_from_h", orNone(first.options().seedResizeFromHeight()));
        info.put("denoising_strength", strength(first));
        info.put("extra_generation_params", extras(infotexts.getFirst()));
        info.put("index_of_first_image", 0);
        info.put("infotexts", infotexts);
        info.put("styles", List.of());
        info.put("job_timestamp", timestamp(job.acceptedAt()));
        info.put("clip_skip", first.reading().clipSkip());
        info.put("is_using_inpainting_conditioning", false);
        info.put("version", Infotext.parse(infotexts.getFirst()).get("Version"));
        return info;
    }

    private static Double strength(GenerationParameters image) {
        if (image.start() != null) {
            return image.start().strength();
        }
        return image.hires() == null ? null : Double.valueOf(image.hires().strength());
    }

    /** What an infotext tells of that few requests ask for. */
    private static Map<String, Object> extras(String infotext) {
        Map<String, Object> fields = Infotext.parse(infotext);
        fields.keySet().removeIf(name -> !EXTRAS.contains(name) || !infotext.contains(name));
        return fields;
    }

    /** One that does not count is the seed itself. */
    private static long subseed(GenerationParameters image) {
        return image.options().hasVariation() ? image.options().subseed() : image.seed();
    }

    private static int orNone(int side) {
        return side == 0 ? -1 : side;
    }
}
