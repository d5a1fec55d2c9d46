package huafang.gateway.job;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * A replica is of use once it hears what happens to jobs, and knows which wait. While the broker is
 * away later, it can still say so, and answer what it knows: that makes no replica unready.
 */
@Readiness
@ApplicationScoped
class FollowsEvents implements HealthCheck {
    private final Positions positions;
    private final CatchUp catchUp;

    FollowsEvents(Positions positions, CatchUp catchUp) {
        this.positions = positions;
        this.catchUp = catchUp;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("follows the jobs' events")
                .status(positions.areKnown() && catchUp.isOver())
                .build();
    }
}
