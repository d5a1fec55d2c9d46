package huafang.gateway.picture;

import huafang.gateway.job.Job;
import huafang.gateway.job.Jobs;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** A picture over HTTP. */
@Path("/api/v1/jobs/{id}/images/{index}")
@Authenticated
@RunOnVirtualThread
@Tag(name = "Pictures")
class PictureResource {
    private final Jobs jobs;
    private final Pictures pictures;
    private final SecurityIdentity identity;

    PictureResource(Jobs jobs, Pictures pictures, SecurityIdentity identity) {
        this.jobs = jobs;
        this.pictures = pictures;
        this.identity = identity;
    }

    @GET
    @Produces({"image/png", MediaType.APPLICATION_JSON})
    @Operation(summary = "A picture")
    public Response picture(
            @PathParam("id") UUID id, @PathParam("index") int index, @Context Request request) {
        Job job = jobs.find(id, owner());
        Pictures.finished(job, index);
        // A picture never changes, but who may see it is asked each time.
        EntityTag tag = new EntityTag(id + "-" + index);
        Response.ResponseBuilder unchanged = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer =
                unchanged == null ? Response.ok(pictures.read(job, index), "image/png") : unchanged;
        CacheControl cache = new CacheControl();
        cache.setPrivate(true);
        cache.setNoCache(true);
        return answer.tag(tag).cacheControl(cache).build();
    }

    private String owner() {
        return identity.getPrincipal().getName();
    }
}
