package huafang.gateway.job;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * A replica is of use once it hears what happens to jobs. While the broker is away later, it can
 * still say so, and answer what it knows: that makes no replica unready.
 */
@Readiness
@ApplicationScoped
class FollowsEvents implements HealthCheck {
    private final Positions positions;

    FollowsEvents(Positions positions) {
        this.positions = positions;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("follows the jobs' events")
                .status(positions.areKnown())
                .build();
    }
}
