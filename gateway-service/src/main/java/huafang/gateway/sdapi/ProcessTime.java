package huafang.gateway.sdapi;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Locale;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Tells clients of this API, as they are used to, how many seconds their request took. */
class ProcessTime {
    private static final String BEGAN = ProcessTime.class.getName();

    @ServerRequestFilter(preMatching = true)
    public void begin(ContainerRequestContext request) {
        request.setProperty(BEGAN, System.nanoTime());
    }

    @ServerResponseFilter
    public void end(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getUriInfo().getPath().startsWith("/sdapi/")
                && request.getProperty(BEGAN) instanceof Long began) {
            double seconds = (System.nanoTime() - began) / 1e9;
            response.getHeaders()
                    .putSingle("X-Process-Time", String.format(Locale.ROOT, "%.4f", seconds));
        }
    }
}
