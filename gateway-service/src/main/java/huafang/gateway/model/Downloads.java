package huafang.gateway.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import huafang.contracts.catalogue.Download;
import huafang.contracts.catalogue.DownloadRequest;
import huafang.gateway.problem.ProblemException;
import io.vertx.core.VertxException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Passes on what is asked of the model-downloader, and what it answers. */
@Singleton
class Downloads {
    private static final String WITHOUT_WORDS = "The model-downloader knows nothing of that.";

    private final DownloaderClient downloader;
    private final ObjectMapper json;

    Downloads(@RestClient DownloaderClient downloader, ObjectMapper json) {
        this.downloader = downloader;
        this.json = json;
    }

    Download start(DownloadRequest request) {
        return ask(() -> downloader.start(request));
    }

    List<Download> all() {
        return ask(downloader::downloads);
    }

    Download find(UUID id) {
        return ask(() -> downloader.download(id));
    }

    private <T> T ask(Supplier<T> question) {
        try {
            return question.get();
        } catch (WebApplicationException e) {
            int status = e.getResponse().getStatus();
            if (status >= 400 && status < 500 && status != 401 && status != 403) {
                throw ProblemException.of(status, sentence(e));
            }
            throw away(e);
        } catch (ProcessingException | VertxException e) {
            throw away(e);
        }
    }

    private String sentence(WebApplicationException e) {
        try {
            JsonNode problem = json.readTree(e.getResponse().readEntity(String.class));
            return problem.path("detail").asText(WITHOUT_WORDS);
        } catch (IOException | RuntimeException unreadable) {
            return WITHOUT_WORDS;
        }
    }

    private static ProblemException away(Exception e) {
        return ProblemException.unavailable(
                "The model-downloader does not answer just now; try again in a moment.", e);
    }
}
