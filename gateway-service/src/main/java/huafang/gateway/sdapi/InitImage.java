package huafang.gateway.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Start;
import huafang.gateway.input.Base64File;
import huafang.gateway.input.InputFile;
import huafang.gateway.job.StartRequest;
import huafang.gateway.problem.ProblemException;
import huafang.gateway.request.Fields;
import java.util.function.Supplier;

/** The picture, and perhaps its mask, of {@code POST /sdapi/v1/img2img}. */
final class InitImage {
    private static final double STRENGTH = 0.75;
    private static final int BLUR = 4;

    private InitImage() {}

    static StartRequest of(Fields fields, Settings settings) {
        Unsupported.refuseContent(fields, "latent_mask");
        InputFile picture = picture(fields);
        InputFile mask = null;
        Inpainting inpainting = null;
        if (!fields.text("mask", "").isEmpty()) {
            boolean round = fields.flag("mask_round", true);
            mask =
                    decoded(
                            "mask",
                            () ->
                                    InputFile.mask(
                                            "mask",
                                            Base64File.read("mask", fields.text("mask")),
                                            round));
            inpainting = inpainting(fields, mask, round, settings.maskWeight());
        }
        double usualNoise = settings.fields().number(Settings.NOISE_MULTIPLIER, 1);
        var start =
                new Start(
                        picture.picture(),
                        of(ResizeMode.values(), fields, "resize_mode", 0),
                        fields.number("denoising_strength", STRENGTH),
                        fields.number(Settings.NOISE_MULTIPLIER, usualNoise),
                        inpainting);
        return new StartRequest(start, picture, mask, false);
    }

    private static Inpainting inpainting(
            Fields fields, InputFile mask, boolean round, double weight) {
        Integer both = fields.integer("mask_blur", null);
        return new Inpainting(
                mask.picture(),
                fields.flag("inpainting_mask_invert", false),
                both == null ? fields.integer("mask_blur_x", BLUR) : both,
                both == null ? fields.integer("mask_blur_y", BLUR) : both,
                round,
                of(MaskedContent.values(), fields, "inpainting_fill", 0),
                fields.flag("inpaint_full_res", true),
                fields.integer("inpaint_full_res_padding", 0),
                weight);
    }

    private static InputFile picture(Fields fields) {
        JsonNode list = fields.node("init_images");
        if (list == null || !list.isArray() || list.isEmpty()) {
            throw ProblemException.of(404, "Init image not found");
        }
        if (list.size() > 1 || !list.get(0).isTextual()) {
            throw new InvalidParameterException(
                    "init_images", list.size() + " elements", "one picture in base64");
        }
        return decoded(list.get(0).textValue(), "init_images");
    }

    /** A picture in a text that stands in a field. */
    static InputFile decoded(String text, String field) {
        return decoded(field, () -> InputFile.picture(field, Base64File.read(field, text)));
    }

    /** What is no picture at all is 500 there; what is one, but cannot be used, 422 here. */
    private static InputFile decoded(String field, Supplier<InputFile> read) {
        try {
            return read.get();
        } catch (InvalidParameterException e) {
            if (e.allowed().equals(Base64File.ALLOWED)) {
                throw ProblemException.of(
                        500, "Invalid encoded image", field, e.found(), e.allowed());
            }
            throw e;
        }
    }

    private static <T> T of(T[] values, Fields fields, String name, int otherwise) {
        int index = fields.integer(name, otherwise);
        if (index < 0 || index >= values.length) {
            throw new InvalidParameterException(name, index, "0 to " + (values.length - 1));
        }
        return values[index];
    }
}
