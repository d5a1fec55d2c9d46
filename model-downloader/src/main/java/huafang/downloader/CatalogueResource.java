package huafang.downloader;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** What the gateway asks of the models. */
@Path("/internal")
@RolesAllowed("service")
@RunOnVirtualThread
class CatalogueResource {
    private final Catalogue catalogue;

    CatalogueResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GET
    @Path("models")
    public List<Checkpoint> list() {
        return catalogue.list();
    }

    @GET
    @Path("add-ons")
    public List<AddOn> addOns() {
        return catalogue.addOns();
    }
}
