package huafang.gateway.picture;

import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.infotext.Infotext;
import huafang.contracts.ledger.StoredImage;
import huafang.gateway.ledger.Ledger;
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
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the database holds of an owner's pictures, over HTTP. */
@Path("/api/v1/images")
@Authenticated
@RunOnVirtualThread
@Tag(name = "Pictures")
class GalleryResource {
    private static final int MOST_LISTED = 200;

    private final Ledger ledger;
    private final SecurityIdentity identity;

    GalleryResource(Ledger ledger, SecurityIdentity identity) {
        this.ledger = ledger;
        this.identity = identity;
    }

    record Listing(List<Entry> images) {}

    /**
     * @param id of the row; the next page lies before the last one
     * @param infotext how it was made, as the picture itself tells it
     * @param picture where the PNG is read
     */
    record Entry(
            long id,
            UUID jobId,
            int index,
            ImageParameters parameters,
            Instant finishedAt,
            String infotext,
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
                    Infotext.of(image.parameters()),
                    "/api/v1/jobs/%s/images/%d".formatted(job, index));
        }
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "The pictures in the database, newest first")
    public Listing images(
            @QueryParam("before") Long before, @QueryParam("limit") @DefaultValue("50") int limit) {
        if (limit < 1 || limit > MOST_LISTED) {
            throw new InvalidParameterException("limit", limit, "1 to " + MOST_LISTED);
        }
        return new Listing(
                ledger.images(identity.getPrincipal().getName(), before, limit).stream()
                        .map(Entry::of)
                        .toList());
    }
}
