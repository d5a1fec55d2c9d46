package huafang.gateway.session;

import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Signing in is {@code POST /j_security_check}; this tells who did, and signs out. */
@Path("/api/v1/session")
@Tag(name = "Session")
class SessionResource {
    private final SecurityIdentity identity;
    private final String cookie;

    SessionResource(
            SecurityIdentity identity,
            @ConfigProperty(name = "quarkus.http.auth.form.cookie-name") String cookie) {
        this.identity = identity;
        this.cookie = cookie;
    }

    /**
     * @param user the sign-in name
     */
    record Session(String user) {}

    @GET
    @Authenticated
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(summary = "Who is signed in")
    public Session session() {
        return new Session(identity.getPrincipal().getName());
    }

    @DELETE
    @PermitAll
    @Operation(summary = "Sign out")
    public Response end() {
        return Response.noContent()
                .cookie(
                        new NewCookie.Builder(cookie)
                                .path("/")
                                .maxAge(0)
                                .httpOnly(true)
                                .sameSite(NewCookie.SameSite.STRICT)
                                .build())
                .build();
    }
}
