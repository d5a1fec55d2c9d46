package huafang.gateway.job;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.MaskedContent;
import huafang.contracts.generation.ResizeMode;
import huafang.contracts.generation.Start;
import huafang.gateway.input.Base64File;
import huafang.gateway.input.InputFile;
import huafang.gateway.request.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The picture that is to be begun with.
 *
 * @param start how; the pictures in it lie nowhere yet
 * @param mask null where there is none
 * @param givesSize whether an image without a size of its own has the picture's
 */
@Schema(implementation = StartRequest.Shape.class)
public record StartRequest(Start start, InputFile picture, InputFile mask, boolean givesSize) {
    private static final double STRENGTH = 0.75;
    private static final int BLUR = 4;
    private static final int SMALLEST = 8;
    private static final int PADDING = 32;
    private static final String ONLY_MASKED = "only masked";
    private static final String WHOLE = "whole picture";

    /**
     * @throws InvalidParameterException if the picture is of a size that cannot be encoded
     */
    public StartRequest {
        boolean isEncoded = start.resize() == ResizeMode.LATENT_UPSCALE;
        int shorter = Math.min(picture.width(), picture.height());
        int longer = Math.max(picture.width(), picture.height());
        if (isEncoded && (shorter < SMALLEST || longer > GenerationParameters.LARGEST_SIDE)) {
            throw new InvalidParameterException(
                    "start.resize",
                    "a picture of %dx%d".formatted(picture.width(), picture.height()),
                    "%d to %d pixels a side where latents are resized"
                            .formatted(SMALLEST, GenerationParameters.LARGEST_SIDE));
        }
    }

    /** As it stands in the body of {@code POST /api/v1/jobs}. */
    @Schema(name = "Start")
    record Shape(
            @Schema(required = true, description = "a PNG or JPEG in base64, or as a data URL")
                    String image,
            @Schema(defaultValue = "0.75", minimum = "0", maximum = "1") double strength,
            @Schema(defaultValue = "Crop and resize") ResizeMode resize,
            @Schema(defaultValue = "1", minimum = "0", maximum = "1.5") double noiseMultiplier,
            MaskShape mask) {}

    /** What part is painted over. */
    @Schema(name = "Mask")
    record MaskShape(
            @Schema(required = true, description = "white is painted over; likewise") String image,
            @Schema(defaultValue = "false") boolean inverted,
            @Schema(
                            defaultValue = "4",
                            minimum = "0",
                            maximum = "64",
                            description = "pixels, in both directions where they are not given")
                    int blur,
            @Schema(minimum = "0", maximum = "64", description = "pixels across") int blurX,
            @Schema(minimum = "0", maximum = "64", description = "pixels upright") int blurY,
            @Schema(
                            defaultValue = "true",
                            description =
                                    "whether each latent is either painted over or kept; else they blend where the mask is soft")
                    boolean round,
            @Schema(defaultValue = "original") MaskedContent content,
            @Schema(
                            defaultValue = WHOLE,
                            enumeration = {WHOLE, ONLY_MASKED})
                    String area,
            @Schema(defaultValue = "32", minimum = "0", maximum = "256") int padding,
            @Schema(
                            defaultValue = "1",
                            minimum = "0",
                            maximum = "1",
                            description =
                                    "how much of what is under the mask an inpainting checkpoint does not see; others never look there")
                    double weight) {}

    /** Reads the field {@code start}, or null if there is none. */
    static StartRequest of(Fields body) {
        if (body.node("start") == null) {
            return null;
        }
        Fields fields = body.object("start");
        InputFile picture =
                InputFile.picture(
                        fields.path("image"),
                        Base64File.read(fields.path("image"), fields.text("image")));
        InputFile mask = null;
        Inpainting inpainting = null;
        if (fields.node("mask") != null) {
            Fields masked = fields.object("mask");
            mask =
                    InputFile.mask(
                            masked.path("image"),
                            Base64File.read(masked.path("image"), masked.text("image")),
                            true);
            inpainting = inpainting(masked, mask);
        }
        var start =
                new Start(
                        picture.picture(),
                        fields.named("resize", ResizeMode.CROP_AND_RESIZE, ResizeMode::of),
                        fields.number("strength", STRENGTH),
                        fields.number("noiseMultiplier", 1),
                        inpainting);
        fields.refuseOthers();
        return new StartRequest(start, picture, mask, true);
    }

    private static Inpainting inpainting(Fields fields, InputFile mask) {
        int blur = fields.integer("blur", BLUR);
        var inpainting =
                new Inpainting(
                        mask.picture(),
                        fields.flag("inverted", false),
                        fields.integer("blurX", blur),
                        fields.integer("blurY", blur),
                        fields.flag("round", true),
                        fields.named("content", MaskedContent.ORIGINAL, MaskedContent::of),
                        fields.choice("area", WHOLE, ONLY_MASKED).equals(ONLY_MASKED),
                        fields.integer("padding", PADDING),
                        fields.number("weight", 1));
        fields.refuseOthers();
        return inpainting;
    }
}
