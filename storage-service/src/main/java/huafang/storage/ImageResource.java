package huafang.storage;

import huafang.contracts.job.ImageKey;
import huafang.contracts.ledger.StoredImage;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** What the gateway asks of the pictures, always for one owner. */
@Path("/internal/images")
@RolesAllowed("service")
class ImageResource {
    private static final int LONGEST_LIST = 1000;

    private final Pictures pictures;

    ImageResource(Pictures pictures) {
        this.pictures = pictures;
    }

    @GET
    public Uni<List<StoredImage>> list(
            @RestQuery String owner,
            @RestQuery @DefaultValue("" + Long.MAX_VALUE) long before,
            @RestQuery @DefaultValue("50") int limit) {
        Asked.text("owner", owner);
        if (limit < 1 || limit > LONGEST_LIST) {
            throw new BadRequestException(
                    "limit: found %d, allowed: 1 to %d".formatted(limit, LONGEST_LIST));
        }
        return pictures.list(owner, before, limit);
    }

    @GET
    @Path("/{job}/{index}")
    @Produces("image/png")
    public Uni<byte[]> png(@RestPath UUID job, @RestPath int index, @RestQuery String owner) {
        Asked.text("owner", owner);
        if (index < 0) {
            throw new NotFoundException();
        }
        return pictures.png(new ImageKey(job, index), owner)
                .onItem()
                .ifNull()
                .failWith(NotFoundException::new);
    }
}
