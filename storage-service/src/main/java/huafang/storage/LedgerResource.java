package huafang.storage;

import huafang.contracts.job.JobEvent;
import huafang.contracts.ledger.KeyClaim;
import huafang.contracts.ledger.LedgerJob;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** What the gateway asks of the ledger. */
@Path("/internal")
@RolesAllowed("service")
class LedgerResource {
    private static final int LONGEST_LIST = 1000;

    private final Ledger ledger;
    private final OpenImages open;
    private final IdempotencyKeys keys;

    LedgerResource(Ledger ledger, OpenImages open, IdempotencyKeys keys) {
        this.ledger = ledger;
        this.open = open;
        this.keys = keys;
    }

    @GET
    @Path("/jobs")
    public Uni<List<LedgerJob>> unfinished(
            @RestQuery @DefaultValue("") String after, @RestQuery @DefaultValue("100") int limit) {
        if (limit < 1 || limit > LONGEST_LIST) {
            throw new BadRequestException(
                    "limit: found %d, allowed: 1 to %d".formatted(limit, LONGEST_LIST));
        }
        return open.jobs(after, limit);
    }

    @GET
    @Path("/jobs/{id}")
    public Uni<LedgerJob> job(@RestPath UUID id) {
        return ledger.find(id).onItem().ifNull().failWith(NotFoundException::new);
    }

    @POST
    @Path("/jobs/{id}/cancellation")
    public Uni<List<Integer>> cancel(@RestPath UUID id, @RestQuery int images) {
        if (images < 1 || images > JobEvent.MOST_IMAGES) {
            throw new BadRequestException(
                    "images: found %d, allowed: 1 to %d".formatted(images, JobEvent.MOST_IMAGES));
        }
        return ledger.cancel(id, images, Instant.now());
    }

    @PUT
    @Path("/idempotency-keys")
    public Uni<KeyClaim> claim(@RestQuery String owner, @RestQuery String key, KeyClaim claim) {
        Asked.text("owner", owner);
        Asked.text("key", key);
        if (claim == null || claim.jobId() == null || claim.requestHash() == null) {
            throw new BadRequestException("claim: expected a jobId and a requestHash");
        }
        return keys.claim(owner, key, claim);
    }
}
