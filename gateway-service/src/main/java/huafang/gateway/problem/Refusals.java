package huafang.gateway.problem;

import huafang.contracts.generation.InvalidParameterException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns what was thrown into the error shape of the API that was called. */
class Refusals {
    /** A page that sends this with its requests is never asked for a password by the browser. */
    private static final String FROM_PAGE = "X-Requested-With";

    private static final Logger LOG = Logger.getLogger(Refusals.class);

    @ServerExceptionMapper
    Response invalid(InvalidParameterException e, UriInfo uri) {
        return answer(Problem.of(e), uri);
    }

    @ServerExceptionMapper
    Response problem(ProblemException e, UriInfo uri) {
        return answer(e.problem(), uri);
    }

    @ServerExceptionMapper
    Response brokenJson(BrokenJsonException e, UriInfo uri) {
        return isSdapi(uri)
                ? Response.status(Problem.UNPROCESSABLE)
                        .type(MediaType.APPLICATION_JSON)
                        .entity(SdapiError.of(e))
                        .build()
                : answer(Problem.of(400, e.getMessage()), uri);
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    Response unauthorized(UriInfo uri, HttpHeaders headers) {
        Response refusal =
                answer(Problem.of(401, "Sign in, or send a name and a password or a token."), uri);
        boolean isPage =
                headers.getHeaderString(FROM_PAGE) != null
                        || uri.getPath().startsWith("/j_security_check");
        return isPage
                ? refusal
                : Response.fromResponse(refusal)
                        .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Huafang\"")
                        .build();
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e, UriInfo uri) {
        return answer(Problem.of(403, "This is not open to you."), uri);
    }

    @ServerExceptionMapper
    Response ofHttp(WebApplicationException e, UriInfo uri) {
        return answer(Problem.of(e.getResponse().getStatus(), e.getMessage()), uri);
    }

    @ServerExceptionMapper
    Response unforeseen(Throwable e, UriInfo uri) {
        UUID trace = UUID.randomUUID();
        LOG.errorf(e, "Request failed: path=%s trace=%s", uri.getPath(), trace);
        return answer(
                Problem.of(500, "Something went wrong that is not your fault; trace " + trace),
                uri);
    }

    private static Response answer(Problem problem, UriInfo uri) {
        return isSdapi(uri)
                ? Response.status(problem.status())
                        .type(MediaType.APPLICATION_JSON)
                        .entity(SdapiError.of(problem))
                        .build()
                : Response.status(problem.status())
                        .type("application/problem+json")
                        .entity(problem)
                        .build();
    }

    private static boolean isSdapi(UriInfo uri) {
        return uri.getPath().startsWith("/sdapi/");
    }
}
