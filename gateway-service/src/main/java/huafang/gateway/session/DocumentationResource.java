package huafang.gateway.session;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The short address of the API's documentation. */
@Path("/api")
class DocumentationResource {
    @GET
    @PermitAll
    @Operation(hidden = true)
    public Response documentation() {
        return Response.seeOther(URI.create("/api/docs/")).build();
    }
}
