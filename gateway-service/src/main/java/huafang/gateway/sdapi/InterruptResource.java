package huafang.gateway.sdapi;

import huafang.gateway.job.Cancelling;
import huafang.gateway.job.Jobs;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Ends the job that {@code progress} tells of. */
@Path("/sdapi/v1/interrupt")
@Authenticated
@RunOnVirtualThread
@Tag(name = "AUTOMATIC1111")
class InterruptResource {
    private final Jobs jobs;
    private final Cancelling cancelling;
    private final SecurityIdentity identity;

    InterruptResource(Jobs jobs, Cancelling cancelling, SecurityIdentity identity) {
        this.jobs = jobs;
        this.cancelling = cancelling;
        this.identity = identity;
    }

    @POST
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Cancel your oldest unfinished job")
    public Map<String, Object> interrupt() {
        String owner = identity.getPrincipal().getName();
        jobs.unfinished(owner).stream()
                .findFirst()
                .ifPresent(job -> cancelling.cancel(job.id(), owner));
        return Map.of();
    }
}
