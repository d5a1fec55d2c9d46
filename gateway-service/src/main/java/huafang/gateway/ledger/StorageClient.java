package huafang.gateway.ledger;

import huafang.contracts.ledger.KeyClaim;
import huafang.contracts.ledger.LedgerJob;
import huafang.contracts.ledger.StoredImage;
import io.quarkus.rest.client.reactive.ClientBasicAuth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The endpoints that {@link huafang.contracts.ledger} describes. */
@Path("/internal")
@RegisterRestClient(configKey = "storage")
@ClientBasicAuth(username = "service", password = "${huafang.service.password}")
interface StorageClient {
    @GET
    @Path("jobs")
    List<LedgerJob> unfinished(@QueryParam("after") UUID after, @QueryParam("limit") int limit);

    @GET
    @Path("jobs/{id}")
    LedgerJob job(@PathParam("id") UUID id);

    @POST
    @Path("jobs/{id}/cancellation")
    List<Integer> cancel(@PathParam("id") UUID id, @QueryParam("images") int images);

    @PUT
    @Path("idempotency-keys")
    KeyClaim claim(
            @QueryParam("owner") String owner, @QueryParam("key") String key, KeyClaim claim);

    @GET
    @Path("images")
    List<StoredImage> images(
            @QueryParam("owner") String owner,
            @QueryParam("before") Long before,
            @QueryParam("limit") int limit);

    @GET
    @Path("images/{job}/{index}")
    @Produces("image/png")
    byte[] picture(
            @PathParam("job") UUID job,
            @PathParam("index") int index,
            @QueryParam("owner") String owner);
}
