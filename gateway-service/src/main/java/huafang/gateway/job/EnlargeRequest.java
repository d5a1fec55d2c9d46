package huafang.gateway.job;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.input.Base64File;
import huafang.gateway.input.InputFile;
import huafang.gateway.request.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A picture that is to be made larger.
 *
 * @param picture the small one
 * @param target how large
 * @param upscaler the name of what enlarges it
 * @param second of what enlarges it as well, or null
 * @param secondVisibility how much of that is seen, 0 to 1
 * @param expiresAfter seconds after which it is given up if it has not been begun, or null for the
 *     usual time
 * @param save whether the large picture goes into the database
 */
public record EnlargeRequest(
        InputFile picture,
        Target target,
        String upscaler,
        String second,
        double secondVisibility,
        Double expiresAfter,
        boolean save)
        implements WorkRequest {
    private static final double SCALE = 2;
    private static final String UPSCALER = "Lanczos";
    private static final double VISIBILITY = 0.5;

    public EnlargeRequest {
        WorkRequest.requireWait(expiresAfter);
    }

    /**
     * How large.
     *
     * @param scale how many times, over 0 to 8
     * @param width pixels that are kept of what comes of it
     * @param height likewise
     */
    public record Target(double scale, int width, int height) {
        private static final int UNIT = 8;
        private static final double ROUNDING = 1e-9;

        /** So many times as large, down to multiples of 8 pixels. */
        public static Target by(InputFile picture, double scale) {
            return new Target(
                    scale,
                    Enlargement.side(picture.width(), scale),
                    Enlargement.side(picture.height(), scale));
        }

        /**
         * At least of a size.
         *
         * @param width pixels, or 0: it follows from the height and the shape
         * @param height likewise
         * @param crop whether what another shape has too much is cut off
         * @throws InvalidParameterException if there is no size, or it is too large
         */
        public static Target to(InputFile picture, int width, int height, boolean crop) {
            require("enlarge.width", width, picture.width(), height == 0 ? 1 : 0);
            require("enlarge.height", height, picture.height(), 0);
            double scale =
                    Math.max(whole(width) / picture.width(), whole(height) / picture.height());
            Target whole = by(picture, Math.min(scale * (1 + ROUNDING), Enlargement.LARGEST_SCALE));
            return new Target(
                    whole.scale,
                    crop && width > 0 ? width : whole.width,
                    crop && height > 0 ? height : whole.height);
        }

        private static double whole(int side) {
            return (side + UNIT - 1) / UNIT * UNIT;
        }

        private static void require(String field, int side, int before, int least) {
            long most = (long) before * Enlargement.LARGEST_SCALE;
            if (side < least || side > most) {
                throw new InvalidParameterException(field, side, least + " to " + most);
            }
        }
    }

    /** As it stands in the body of {@code POST /api/v1/jobs}. */
    @Schema(name = "EnlargeRequest")
    record Shape(
            @Schema(required = true) Enlarge enlarge,
            @Schema(minimum = "1") Double expiresAfter,
            @Schema(defaultValue = "true") boolean save) {}

    /** What is enlarged, and how. */
    @Schema(name = "Enlarge")
    record Enlarge(
            @Schema(required = true, description = "a PNG or JPEG in base64, or as a data URL")
                    String image,
            @Schema(
                            defaultValue = "2",
                            maximum = "8",
                            description = "counts where no size is given")
                    double scale,
            @Schema(description = "pixels; follows from the height where it is left out") int width,
            @Schema(description = "pixels; follows from the width where it is left out") int height,
            @Schema(
                            defaultValue = "true",
                            description = "whether another shape than the size's is cut off")
                    boolean crop,
            @Schema(defaultValue = UPSCALER, description = "Lanczos, Nearest or a file's name")
                    String upscaler,
            @Schema(description = "another, seen through the first") Second second) {}

    /** What is blended over it. */
    @Schema(name = "SecondUpscaler")
    record Second(
            @Schema(required = true) String upscaler,
            @Schema(defaultValue = "0.5", minimum = "0", maximum = "1") double visibility) {}

    /** Reads the body of {@code POST /api/v1/jobs}, which has the field {@code enlarge}. */
    static EnlargeRequest of(Fields body) {
        Fields fields = body.object("enlarge");
        Fields second = fields.object("second");
        String field = fields.path("image");
        InputFile picture = InputFile.picture(field, Base64File.read(field, fields.text("image")));
        int width = fields.integer("width", 0);
        int height = fields.integer("height", 0);
        double scale = fields.number("scale", SCALE);
        boolean crop = fields.flag("crop", true);
        var request =
                new EnlargeRequest(
                        picture,
                        width == 0 && height == 0
                                ? Target.by(picture, scale)
                                : Target.to(picture, width, height, crop),
                        fields.text("upscaler", UPSCALER),
                        fields.node("second") == null ? null : second.text("upscaler"),
                        second.number("visibility", VISIBILITY),
                        body.number("expiresAfter", null),
                        body.flag("save", true));
        second.refuseOthers();
        fields.refuseOthers();
        body.refuseOthers();
        return request;
    }

    @Override
    public int count() {
        return 1;
    }

    /** A picture without steps shows nothing on its way. */
    @Override
    public boolean previews() {
        return false;
    }
}
