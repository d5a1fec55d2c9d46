package huafang.gateway.sdapi;

import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.infotext.Infotext;
import huafang.gateway.input.InputFile;
import huafang.gateway.job.Admission;
import huafang.gateway.job.EnlargeRequest;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Makes pictures larger while the client waits. */
@Path("/sdapi/v1")
@Authenticated
@RunOnVirtualThread
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "AUTOMATIC1111")
class EnlargeResource {
    private final Admission admission;
    private final Waiting waiting;
    private final SecurityIdentity identity;

    EnlargeResource(Admission admission, Waiting waiting, SecurityIdentity identity) {
        this.admission = admission;
        this.waiting = waiting;
        this.identity = identity;
    }

    /**
     * @param html_info how it was made
     * @param image a PNG in base64
     */
    record One(String html_info, String image) {}

    /** Likewise several. */
    record Several(String html_info, List<String> images) {}

    @POST
    @Path("extra-single-image")
    @Operation(summary = "Make a picture larger, and wait for it")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public One one(byte[] body, @Context RoutingContext http) {
        Fields fields = Fields.lenient(body);
        InputFile picture = InitImage.decoded(fields.text("image"), "image");
        Several done = enlarged(ExtrasRequest.of(fields), List.of(picture), http);
        return new One(done.html_info(), done.images().getFirst());
    }

    @POST
    @Path("extra-batch-images")
    @Operation(summary = "Make pictures larger, and wait for them")
    @RequestBody(content = @Content(schema = @Schema(implementation = Map.class)))
    public Several several(byte[] body, @Context RoutingContext http) {
        Fields fields = Fields.lenient(body);
        List<InputFile> pictures =
                fields.objects("imageList").stream()
                        .map(file -> InitImage.decoded(file.text("data"), file.path("data")))
                        .toList();
        return enlarged(ExtrasRequest.of(fields), pictures, http);
    }

    private Several enlarged(ExtrasRequest extras, List<InputFile> pictures, RoutingContext http) {
        if (extras.isNothing()) {
            return new Several("", pictures.stream().map(EnlargeResource::unchanged).toList());
        }
        String owner = identity.getPrincipal().getName();
        List<LiveJob> live;
        try {
            List<EnlargeRequest> requests = pictures.stream().map(extras::of).toList();
            live = requests.stream().map(request -> admission.submit(owner, request)).toList();
        } catch (InvalidParameterException e) {
            throw FieldNames.theirs(e);
        }
        List<Job> jobs = live.stream().map(job -> waiting.until(job, http)).toList();
        String info =
                jobs.stream()
                        .map(job -> "<p>" + escaped(Infotext.of(job.parameters())) + "</p>")
                        .collect(Collectors.joining());
        return new Several(
                info, jobs.stream().map(job -> waiting.pictures(job).getFirst()).toList());
    }

    private static String unchanged(InputFile picture) {
        return Base64.getEncoder().encodeToString(picture.png());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
