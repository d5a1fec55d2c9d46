package huafang.gateway.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.InvalidParameterException;
import huafang.gateway.job.Admission;
import huafang.gateway.job.Job;
import huafang.gateway.job.LiveJob;
import huafang.gateway.request.Fields;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Paints while the client waits. */
@Path("/sdapi/v1")
@Authenticated
@RunOnVirtualThread
@Tag(name = "AUTOMATIC1111")
class PaintResource {
    private final Admission admission;
    private final Waiting waiting;
    private final OptionsOfOwners options;
    private final SecurityIdentity identity;
    private final ObjectMapper json;

    PaintResource(
            Admission admission,
            Waiting waiting,
            OptionsOfOwners options,
            SecurityIdentity identity,
            ObjectMapper json) {
        this.admission = admission;
        this.waiting = waiting;
        this.options = options;
        this.identity = identity;
        this.json = json;
    }

    /**
     * @param images PNGs in base64
     * @param parameters the request with its defaults
     * @param info JSON, as a string
     */
    record Answer(List<String> images, JsonNode parameters, String info) {}

    @POST
    @Path("txt2img")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Paint, and wait for the pictures")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public Answer text(byte[] body, @Context RoutingContext http) {
        return paint(body, PaintRequest::ofText, http);
    }

    @POST
    @Path("img2img")
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Paint over a picture, and wait")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public Answer picture(byte[] body, @Context RoutingContext http) {
        return paint(body, PaintRequest::ofPicture, http);
    }

    private Answer paint(
            byte[] body, BiFunction<Fields, Fields, PaintRequest> reader, RoutingContext http) {
        String owner = identity.getPrincipal().getName();
        PaintRequest request;
        LiveJob live;
        try {
            request = reader.apply(Fields.lenient(body), options.of(owner));
            live = admission.submit(owner, request.job());
        } catch (InvalidParameterException e) {
            throw FieldNames.theirs(e);
        }
        Job job = waiting.until(live, http);
        List<String> images = request.sendImages() ? waiting.pictures(job) : List.of();
        var first = (GenerationParameters) job.parameters();
        String info = json.valueToTree(Info.of(job, first, request)).toString();
        return new Answer(images, Echo.of(request.sent(), first, json), info);
    }
}
