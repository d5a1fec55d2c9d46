package huafang.gateway.request;

import huafang.gateway.problem.ProblemException;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Refuses bodies that do not say what they are: such a request may be another site's, sent by a
 * browser that keeps a password for this one.
 */
class DeclaredContent {
    @ServerRequestFilter
    public void require(ContainerRequestContext request) {
        boolean hasBody =
                request.getLength() > 0 || request.getHeaderString("Transfer-Encoding") != null;
        if (hasBody && request.getMediaType() == null) {
            throw ProblemException.of(415, "The request needs a Content-Type: application/json.");
        }
    }
}
