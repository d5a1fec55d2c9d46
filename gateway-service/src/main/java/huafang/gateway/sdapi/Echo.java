package huafang.gateway.sdapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import huafang.contracts.generation.GenerationParameters;
import java.util.List;

/** Repeats a request, with what held for the fields that it left out. */
final class Echo {
    private static final String DEFAULTS =
            """
            {"prompt": "", "negative_prompt": "", "styles": null, "seed": -1, "subseed": -1,
             "subseed_strength": 0, "seed_resize_from_h": -1, "seed_resize_from_w": -1,
             "sampler_name": null, "sampler_index": "Euler", "scheduler": null,
             "batch_size": 1, "n_iter": 1, "steps": 50, "cfg_scale": 7.0,
             "width": null, "height": null, "restore_faces": null, "tiling": null,
             "do_not_save_samples": false, "do_not_save_grid": false, "eta": null,
             "denoising_strength": 0.75, "s_min_uncond": null, "s_churn": null, "s_tmax": null,
             "s_tmin": null, "s_noise": null, "override_settings": null,
             "override_settings_restore_afterwards": true, "refiner_checkpoint": null,
             "refiner_switch_at": null, "disable_extra_networks": false, "firstpass_image": null,
             "comments": null, "enable_hr": false, "firstphase_width": 0, "firstphase_height": 0,
             "hr_scale": 2.0, "hr_upscaler": null, "hr_second_pass_steps": 0, "hr_resize_x": 0,
             "hr_resize_y": 0, "hr_checkpoint_name": null, "hr_sampler_name": null,
             "hr_scheduler": null, "hr_prompt": "", "hr_negative_prompt": "",
             "force_task_id": null, "infotext": null, "script_name": null, "script_args": [],
             "alwayson_scripts": {}, "send_images": true, "save_images": false}
            """;

    /** What a request with a picture has beside that. */
    private static final String OF_PICTURES =
            """
            {"init_images": null, "resize_mode": 0, "image_cfg_scale": null, "mask": null,
             "mask_blur_x": 4, "mask_blur_y": 4, "mask_blur": null, "mask_round": true,
             "inpainting_fill": 0, "inpaint_full_res": true, "inpaint_full_res_padding": 0,
             "inpainting_mask_invert": 0, "initial_noise_multiplier": null, "latent_mask": null,
             "include_init_images": false}
            """;

    private Echo() {}

    static JsonNode of(JsonNode sent, GenerationParameters first, ObjectMapper json) {
        try {
            ObjectNode echo = (ObjectNode) json.readTree(DEFAULTS);
            echo.put("width", first.width());
            echo.put("height", first.height());
            if (first.start() != null) {
                echo.setAll((ObjectNode) json.readTree(OF_PICTURES));
            }
            sent.properties().stream()
                    .filter(field -> echo.has(field.getKey()))
                    .forEach(field -> echo.set(field.getKey(), field.getValue()));
            if (!echo.path("include_init_images").asBoolean()) {
                List.of("init_images", "mask").stream().filter(echo::has).forEach(echo::putNull);
            }
            return echo;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the defaults are no JSON", e);
        }
    }
}
