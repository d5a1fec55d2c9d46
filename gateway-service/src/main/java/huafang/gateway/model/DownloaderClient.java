package huafang.gateway.model;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import io.quarkus.rest.client.reactive.ClientBasicAuth;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/** The endpoints that {@link huafang.contracts.catalogue} describes. */
@Path("/internal")
@RegisterRestClient(configKey = "downloader")
@ClientBasicAuth(username = "service", password = "${huafang.service.password}")
interface DownloaderClient {
    @GET
    @Path("models")
    List<Checkpoint> models();

    @GET
    @Path("add-ons")
    List<AddOn> addOns();

    @POST
    @Path("downloads")
    Download start(DownloadRequest request);

    @GET
    @Path("downloads")
    List<Download> downloads();

    @GET
    @Path("downloads/{id}")
    Download download(@PathParam("id") UUID id);
}
