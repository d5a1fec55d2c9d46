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
    private static final Logger LOG = Logger.getLogger(Refusals.class);

    @ServerExceptionMapper
    Response invalid(InvalidParameterException e, UriInfo uri) {
        return answer(Problem.of(e), uri);
    }

    @ServerExceptionMapper
    Response problem(ProblemException e, UriInfo uri) {
        var response = Response.fromResponse(answer(e.problem(), uri));
        e.retryAfter()
                .ifPresent(wait -> response.header(HttpHeaders.RETRY_AFTER, wait.toSeconds()));
        return response.build();
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

    /**
     * HTTP Basic is accepted everywhere, but only clients of AUTOMATIC1111 are told so: a browser
     * that hears of it asks for a password itself, over the page.
     */
    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    Response unauthorized(UriInfo uri) {
        Problem problem = Problem.of(401, "Sign in, or send a name and a password or a token.");
        String scheme = isSdapi(uri) ? "Basic" : "Bearer realm=\"Huafang\"";
        return Response.fromResponse(answer(problem, uri))
                .header(HttpHeaders.WWW_AUTHENTICATE, scheme)
                .build();
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e, UriInfo uri) {
        return answer(Problem.of(403, "This is not open to you."), uri);
    }

    @ServerExceptionMapper
    Response ofHttp(WebApplicationException e, UriInfo uri) {
        int status = e.getResponse().getStatus();
        String sentence =
                status == 404 ? "There is nothing at %s.".formatted(uri.getPath()) : e.getMessage();
        return answer(Problem.of(status, sentence), uri);
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
