package huafang.gateway.picture;

import huafang.contracts.broker.BrokerException;
import huafang.contracts.broker.Records;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageKey;
import huafang.gateway.job.JobImage;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Reads single pictures from the topic they were published on. */
@Singleton
class PictureTopic {
    private static final Logger LOG = Logger.getLogger(PictureTopic.class);

    private static final int AFTER_CHANNELS = 5000;

    private final Records pictures;

    PictureTopic(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            PictureSettings settings) {
        pictures = new Records(broker, Topic.IMAGES, settings.readers(), settings.patience());
    }

    /** The PNG, or nothing where the broker has none there any more or does not answer. */
    Optional<byte[]> read(JobImage.Claim claim, ImageKey key) {
        try {
            return pictures.read(claim.partition(), claim.offset(), key.toString());
        } catch (BrokerException e) {
            LOG.infof("Picture not on the broker: key=%s cause=%s", key, e.getMessage());
            return Optional.empty();
        }
    }

    /** The first picture need not wait for connections. */
    void open(@Observes @Priority(AFTER_CHANNELS) StartupEvent start) {
        pictures.open();
    }

    void close(@Observes ShutdownEvent stop) {
        pictures.close();
    }
}
