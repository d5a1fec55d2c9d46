package huafang.gateway.sdapi;

import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.input.InputFile;
import huafang.gateway.job.EnlargeRequest;
import huafang.gateway.job.EnlargeRequest.Target;
import huafang.gateway.request.Fields;
import java.util.List;

/**
 * How the pictures of {@code POST /sdapi/v1/extra-…} are enlarged.
 *
 * @param toSize whether the size counts, else the scale
 * @param scale how many times
 * @param width pixels
 * @param height likewise
 * @param crop whether what another shape has too much is cut off
 * @param upscaler a name; {@value #NONE} leaves a picture as it is
 * @param second likewise, for none beside the first
 * @param visibility how much of the second's picture is seen
 */
record ExtrasRequest(
        boolean toSize,
        double scale,
        int width,
        int height,
        boolean crop,
        String upscaler,
        String second,
        double visibility) {
    private static final String NONE = "None";
    private static final int TO_SIZE = 1;
    private static final int SCALE = 2;
    private static final int SIDE = 512;

    static ExtrasRequest of(Fields fields) {
        for (String face : List.of("gfpgan_visibility", "codeformer_visibility")) {
            if (fields.number(face, 0) != 0) {
                throw new InvalidParameterException(
                        face, fields.node(face), "0: faces are not restored here");
            }
        }
        int mode = fields.integer("resize_mode", 0);
        if (mode < 0 || mode > TO_SIZE) {
            throw new InvalidParameterException("resize_mode", mode, "0 or 1");
        }
        return new ExtrasRequest(
                mode == TO_SIZE,
                fields.number("upscaling_resize", SCALE),
                fields.integer("upscaling_resize_w", SIDE),
                fields.integer("upscaling_resize_h", SIDE),
                fields.flag("upscaling_crop", true),
                fields.text("upscaler_1", NONE),
                fields.text("upscaler_2", NONE),
                fields.number("extras_upscaler_2_visibility", 0));
    }

    boolean isNothing() {
        return isNone(upscaler);
    }

    EnlargeRequest of(InputFile picture) {
        return new EnlargeRequest(
                picture,
                toSize ? Target.to(picture, width, height, crop) : Target.by(picture, scale),
                upscaler,
                isNone(second) || visibility == 0 ? null : second,
                visibility,
                null,
                false);
    }

    /** Several clients send an empty text for nothing. */
    private static boolean isNone(String name) {
        return name.isEmpty() || name.equals(NONE);
    }
}
