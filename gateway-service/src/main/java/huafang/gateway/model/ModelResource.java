package huafang.gateway.model;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.gateway.request.Fields;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists what can be painted with, and has checkpoints fetched. */
@Path("/api/v1")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Models")
class ModelResource {
    private final Catalogue catalogue;
    private final Downloads downloads;

    ModelResource(Catalogue catalogue, Downloads downloads) {
        this.catalogue = catalogue;
        this.downloads = downloads;
    }

    /**
     * A file beside the checkpoints.
     *
     * @param hash which infotexts begin to tell; null while it is being worked out
     * @param problem a sentence where it cannot be used, else null
     */
    record AddOnEntry(
            AddOn.Kind kind, String name, String file, String hash, long bytes, String problem) {
        static AddOnEntry of(AddOn addOn) {
            return new AddOnEntry(
                    addOn.kind(),
                    addOn.name(),
                    addOn.file(),
                    addOn.hash(),
                    addOn.bytes(),
                    addOn.problem());
        }
    }

    record SamplerEntry(String name, List<String> aliases, String defaultScheduler) {}

    record SchedulerEntry(String name, String label) {}

    @GET
    @Path("models")
    @Operation(summary = "The checkpoints in the models' folder")
    public List<ModelEntry> models() {
        return catalogue.checkpoints().stream().map(ModelEntry::of).toList();
    }

    @GET
    @Path("add-ons")
    @Operation(summary = "The LoRAs, embeddings and VAEs beside the checkpoints")
    public List<AddOnEntry> addOns() {
        return catalogue.addOns().stream().map(AddOnEntry::of).toList();
    }

    @GET
    @Path("samplers")
    @Operation(summary = "The samplers")
    public List<SamplerEntry> samplers() {
        return Arrays.stream(Sampler.values())
                .map(sampler ->
                        new SamplerEntry(
                                sampler.label(),
                                sampler.aliases(),
                                sampler.defaultScheduler().label()))
                .toList();
    }

    @GET
    @Path("schedulers")
    @Operation(summary = "The noise schedules")
    public List<SchedulerEntry> schedulers() {
        return Arrays.stream(Scheduler.values())
                .map(scheduler -> new SchedulerEntry(scheduler.key(), scheduler.label()))
                .toList();
    }

    @POST
    @Path("models/downloads")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Have a checkpoint fetched from the network")
    @RequestBody(content = @Content(schema = @Schema(implementation = DownloadRequest.class)))
    public Response download(byte[] body) {
        Fields fields = Fields.of(body);
        var request =
                new DownloadRequest(
                        fields.text("url"), fields.text("sha256", null), fields.text("file", null));
        fields.refuseOthers();
        Download download = downloads.start(request);
        return Response.accepted(download)
                .header(HttpHeaders.LOCATION, "/api/v1/models/downloads/" + download.id())
                .build();
    }

    @GET
    @Path("models/downloads")
    @Operation(summary = "The downloads, and how far they are")
    public List<Download> downloads() {
        return downloads.all();
    }

    @GET
    @Path("models/downloads/{id}")
    @Operation(summary = "How far a download is")
    public Download download(@PathParam("id") UUID id) {
        return downloads.find(id);
    }
}
