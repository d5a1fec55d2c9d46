package huafang.gateway.job;

import huafang.gateway.request.Fields;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.virtual.threads.VirtualThreads;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Jobs over HTTP. */
@Path("/api/v1/jobs")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
class JobResource {
    private final Admission admission;
    private final Cancelling cancelling;
    private final Jobs jobs;
    private final JobSettings settings;
    private final SecurityIdentity identity;
    private final ExecutorService virtualThreads;

    JobResource(
            Admission admission,
            Cancelling cancelling,
            Jobs jobs,
            JobSettings settings,
            SecurityIdentity identity,
            @VirtualThreads ExecutorService virtualThreads) {
        this.admission = admission;
        this.cancelling = cancelling;
        this.jobs = jobs;
        this.settings = settings;
        this.identity = identity;
        this.virtualThreads = virtualThreads;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(summary = "Have pictures painted, or one made larger")
    @RequestBody(
            content =
                    @Content(
                            schema =
                                    @Schema(
                                            oneOf = {
                                                JobRequest.class,
                                                EnlargeRequest.Shape.class
                                            })))
    @APIResponse(
            responseCode = "202",
            description = "All images are queued",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @APIResponse(
            responseCode = "429",
            description = "Too much is waiting; Retry-After says when to come again")
    public Response submit(byte[] body, @HeaderParam(IdempotencyKey.HEADER) String key) {
        Fields fields = Fields.of(body);
        WorkRequest request =
                fields.node("enlarge") == null ? JobRequest.of(fields) : EnlargeRequest.of(fields);
        LiveJob live =
                key == null
                        ? admission.submit(owner(), request)
                        : admission.submit(owner(), request, IdempotencyKey.of(key, fields));
        Job job = live.now().job();
        return Response.accepted(job).header(HttpHeaders.LOCATION, Job.path(job.id())).build();
    }

    @GET
    @Path("{id}")
    @Operation(summary = "How far a job is")
    public Job job(@PathParam("id") UUID id) {
        return jobs.find(id, owner());
    }

    @POST
    @Path("{id}/cancel")
    @Operation(summary = "End a job whose pictures are not wanted any more")
    @APIResponse(
            responseCode = "200",
            description = "It has ended",
            content = @Content(schema = @Schema(implementation = Job.class)))
    @APIResponse(
            responseCode = "202",
            description = "It will end when the workers come to it",
            content = @Content(schema = @Schema(implementation = Job.class)))
    public Response cancel(@PathParam("id") UUID id) {
        Job job = cancelling.cancel(id, owner());
        return (job.hasEnded() ? Response.ok(job) : Response.accepted(job)).build();
    }

    @GET
    @Path("{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "What happens to a job, as it happens")
    @Blocking // finding the job may ask the ledger
    public Multi<OutboundSseEvent> events(@PathParam("id") UUID id, @Context Sse sse) {
        LiveJob job = jobs.follow(id, owner());
        return Multi.createFrom()
                .iterable(() -> new EventStream(job, sse, settings.heartbeat()))
                .runSubscriptionOn(virtualThreads);
    }

    private String owner() {
        return identity.getPrincipal().getName();
    }
}
