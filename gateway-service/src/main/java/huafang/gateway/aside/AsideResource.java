package huafang.gateway.aside;

import huafang.gateway.job.Admission;
import huafang.gateway.job.Job;
import huafang.gateway.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Images that were given up, for administrators. */
@Path("/api/v1/kept-aside")
@RolesAllowed("admin")
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Administration")
class AsideResource {
    private final AsideTopic aside;
    private final Admission admission;

    AsideResource(AsideTopic aside, Admission admission) {
        this.aside = aside;
        this.admission = admission;
    }

    /**
     * @param tasks oldest first
     */
    record KeptTasks(List<KeptTask> tasks) {}

    @GET
    @Operation(summary = "Images that were given up, because workers died over them")
    public KeptTasks list() {
        return new KeptTasks(aside.list());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "One of them")
    public KeptTask inspect(@PathParam("id") long id) {
        return aside.find(id);
    }

    @POST
    @Path("{id}/retry")
    @Operation(summary = "Have it painted again, as a job of its own for its owner")
    public Response retry(@PathParam("id") long id) {
        KeptTask kept = aside.find(id);
        if (kept.task() == null) {
            throw ProblemException.of(409, "Task %d cannot be read: drop it.".formatted(id));
        }
        Job job = admission.again(kept.task()).now().job();
        aside.settle(kept);
        return Response.accepted(job).header(HttpHeaders.LOCATION, Job.path(job.id())).build();
    }

    @POST
    @Path("{id}/drop")
    @Operation(summary = "Forget it")
    public void drop(@PathParam("id") long id) {
        aside.settle(aside.find(id));
    }
}
