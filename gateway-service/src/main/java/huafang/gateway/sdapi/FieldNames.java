package huafang.gateway.sdapi;

import huafang.contracts.generation.InvalidParameterException;

/** What our fields are called by clients of this API. */
final class FieldNames {
    private FieldNames() {}

    /** The same problem under the name that the client gave the field. */
    static InvalidParameterException theirs(InvalidParameterException e) {
        return e.of(theirs(e.field()));
    }

    /** Likewise where options are set, and not overridden. */
    static InvalidParameterException ofOption(InvalidParameterException e) {
        return e.of(theirs(e.field()).replace("override_settings.", ""));
    }

    private static String theirs(String field) {
        return switch (field) {
            case "negativePrompt" -> "negative_prompt";
            case "cfgScale" -> "cfg_scale";
            case "count" -> "n_iter";
            case "model" -> "override_settings.sd_model_checkpoint";
            case "rng" -> "override_settings.randn_source";
            case "vae" -> "override_settings.sd_vae";
            case "LoRA" -> "prompt";
            case "refiner.model" -> "refiner_checkpoint";
            case "refiner.at" -> "refiner_switch_at";
            case "hires.scale" -> "hr_scale";
            case "hires.width" -> "hr_resize_x";
            case "hires.height" -> "hr_resize_y";
            case "hires.upscaler" -> "hr_upscaler";
            case "hires.strength", "start.strength" -> "denoising_strength";
            case "hires.steps" -> "hr_second_pass_steps";
            case "hires.prompt" -> "hr_prompt";
            case "hires.negativePrompt" -> "hr_negative_prompt";
            case "hires.checkpoint" -> "hr_checkpoint_name";
            case "enlarge.scale" -> "upscaling_resize";
            case "enlarge.width" -> "upscaling_resize_w";
            case "enlarge.height" -> "upscaling_resize_h";
            case "enlarge.upscaler" -> "upscaler_1";
            case "enlarge.second.upscaler" -> "upscaler_2";
            case "enlarge.second.visibility" -> "extras_upscaler_2_visibility";
            case "start.resize" -> "resize_mode";
            case "start.noiseMultiplier" -> "initial_noise_multiplier";
            case "start.mask.blur" -> "mask_blur";
            case "start.mask.padding" -> "inpaint_full_res_padding";
            case "options.eta" -> "eta";
            case "options.churn" -> "s_churn";
            case "options.churnFrom" -> "s_tmin";
            case "options.churnTo" -> "s_tmax";
            case "options.noiseScale" -> "s_noise";
            case "options.subseed" -> "subseed";
            case "options.subseedStrength" -> "subseed_strength";
            case "options.seedResizeFromWidth" -> "seed_resize_from_w";
            case "options.seedResizeFromHeight" -> "seed_resize_from_h";
            case "options.sigmaMin" -> "override_settings.sigma_min";
            case "options.sigmaMax" -> "override_settings.sigma_max";
            case "options.rho" -> "override_settings.rho";
            default -> field;
        };
    }
}
