package huafang.gateway.sdapi;

import huafang.contracts.infotext.Infotext;
import huafang.contracts.infotext.PngText;
import huafang.gateway.problem.ProblemException;
import huafang.gateway.request.Fields;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Base64;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads out of a PNG how it was made. */
@Path("/sdapi/v1/png-info")
@Authenticated
@RunOnVirtualThread
@Tag(name = "AUTOMATIC1111")
class PngInfoResource {
    /**
     * @param image a PNG in base64, perhaps as a data URI
     */
    record Question(String image) {}

    /**
     * @param info the infotext, or nothing
     * @param items the PNG's other texts
     * @param parameters the infotext's fields
     */
    record Answer(String info, Map<String, String> items, Map<String, Object> parameters) {}

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How a picture was made")
    @RequestBody(content = @Content(schema = @Schema(implementation = Question.class)))
    public Answer read(byte[] body) {
        Map<String, String> texts = texts(Fields.lenient(body).text("image"));
        String info = texts.remove(Infotext.PNG_KEYWORD);
        return info == null
                ? new Answer("", texts, Map.of())
                : new Answer(info, texts, Infotext.parse(info));
    }

    private static Map<String, String> texts(String image) {
        String base64 = image.startsWith("data:") ? image.substring(image.indexOf(',') + 1) : image;
        try {
            return PngText.read(Base64.getDecoder().decode(base64.strip()));
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    500, "Invalid encoded image", "image", e.getMessage(), "a PNG in base64");
        }
    }
}
