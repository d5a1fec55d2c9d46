package huafang.gateway.picture;

import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageState;
import huafang.gateway.job.Job;
import huafang.gateway.job.JobImage;
import huafang.gateway.ledger.Ledger;
import huafang.gateway.problem.ProblemException;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The pictures of jobs. */
@Singleton
public class Pictures {
    private final PictureTopic topic;
    private final Ledger ledger;

    Pictures(PictureTopic topic, Ledger ledger) {
        this.topic = topic;
        this.ledger = ledger;
    }

    /**
     * The PNG of an image.
     *
     * @throws ProblemException (404) if there is none, or none yet, or none any more
     */
    public byte[] read(Job job, int index) {
        JobImage image = finished(job, index);
        ImageKey key = new ImageKey(job.id(), index);
        return Optional.ofNullable(image.claim())
                .flatMap(claim -> topic.read(claim, key))
                .or(() -> ledger.picture(key, job.owner()))
                .orElseThrow(() ->
                        ProblemException.notFound(
                                job.save()
                                        ? "The picture is not stored yet; try again in a moment."
                                        : "The picture was not saved and is no longer kept."));
    }

    static JobImage finished(Job job, int index) {
        if (index < 0 || index >= job.images().size()) {
            throw ProblemException.notFound(
                    "The job has no image %d: it has %d.".formatted(index, job.images().size()));
        }
        JobImage image = job.images().get(index);
        if (image.state() != ImageState.FINISHED) {
            throw ProblemException.notFound(
                    "There is no picture: the image is %s.".formatted(image.state()));
        }
        return image;
    }
}
