package huafang.gateway.picture;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.ledger.StoredImage;
import huafang.gateway.job.Job;
import huafang.gateway.job.Jobs;
import huafang.gateway.ledger.Ledger;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pictures over HTTP. */
@Path("/api/v1")
@Authenticated
@RunOnVirtualThread
@Tag(name = "Pictures")
class PictureResource {
    private static final int MOST_LISTED = 200;

    private final Jobs jobs;
    private final Pictures pictures;
    private final Ledger ledger;
    private final SecurityIdentity identity;

    PictureResource(Jobs jobs, Pictures pictures, Ledger ledger, SecurityIdentity identity) {
        this.jobs = jobs;
        this.pictures = pictures;
        this.ledger = ledger;
        this.identity = identity;
    }

    record Listing(List<Entry> images) {}

    /**
     * @param id of the row; the next page lies before the last one
     * @param picture where the PNG is read
     */
    record Entry(
            long id,
            UUID jobId,
            int index,
            GenerationParameters parameters,
            Instant finishedAt,
            String picture) {

        static Entry of(StoredImage image) {
            UUID job = image.key().jobId();
            int index = image.key().index();
            return new Entry(
                    image.id(),
                    job,
                    index,
                    image.parameters(),
                    image.finishedAt(),
                    "/api/v1/jobs/%s/images/%d".formatted(job, index));
        }
    }

    @GET
    @Path("jobs/{id}/images/{index}")
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

    @GET
    @Path("images")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The pictures in the database, newest first")
    public Listing images(
            @QueryParam("before") Long before, @QueryParam("limit") @DefaultValue("50") int limit) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw new InvalidParameterException("limit", limit, "1 to " + MOST_LISTED);
        }
        return new Listing(ledger.images(owner(), before, limit).stream().map(Entry::of).toList());
    }

    private String owner() {
        return identity.getPrincipal().getName();
    }
}
