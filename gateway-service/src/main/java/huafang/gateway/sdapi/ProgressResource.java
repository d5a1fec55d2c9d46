package huafang.gateway.sdapi;

import huafang.gateway.job.Jobs;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How far the oldest unfinished job of the one who asks is. */
@Path("/sdapi/v1/progress")
@Authenticated
@RunOnVirtualThread
@Tag(name = "AUTOMATIC1111")
class ProgressResource {
    private final Jobs jobs;
    private final SecurityIdentity identity;

    ProgressResource(Jobs jobs, SecurityIdentity identity) {
        this.jobs = jobs;
        this.identity = identity;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "How far your oldest unfinished job is")
    public Progress progress(
            @QueryParam("skip_current_image") @DefaultValue("false") boolean withoutImage) {
        Progress progress = progress();
        return withoutImage ? progress.withoutImage() : progress;
    }

    private Progress progress() {
        return jobs.unfinished(identity.getPrincipal().getName()).stream()
                .findFirst()
                .map(job -> Progress.of(job, Instant.now()))
                .orElse(Progress.IDLE);
    }
}
