package huafang.downloader;

import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What the gateway asks of the downloads. */
@Path("/internal/downloads")
@RolesAllowed("service")
@RunOnVirtualThread
class DownloadResource {
    private final Downloads downloads;

    DownloadResource(Downloads downloads) {
        this.downloads = downloads;
    }

    record Problem(String title, int status, String detail) {}

    @POST
    public RestResponse<Download> start(DownloadRequest request) {
        if (request == null) {
            throw new BadRequestException("expected a download request");
        }
        return RestResponse.status(RestResponse.Status.ACCEPTED, downloads.start(request));
    }

    @GET
    public List<Download> list() {
        return downloads.list();
    }

    @GET
    @Path("/{id}")
    public Download find(@RestPath UUID id) {
        return downloads.find(id).orElseThrow(NotFoundException::new);
    }

    @ServerExceptionMapper
    public RestResponse<Problem> refuse(RefusedException refused) {
        var problem = new Problem("Not fetched", refused.status(), refused.getMessage());
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.fromStatusCode(refused.status()), problem)
                .type("application/problem+json")
                .build();
    }
}
