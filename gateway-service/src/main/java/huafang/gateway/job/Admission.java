package huafang.gateway.job;

import com.github.f4b6a3.uuid.UuidCreator;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Manner;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.PromptComments;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampling;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.generation.Start;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.ledger.KeyClaim;
import huafang.gateway.input.Inputs;
import huafang.gateway.ledger.Ledger;
import huafang.gateway.model.AddOnChoice;
import huafang.gateway.model.Catalogue;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Turns a request into a job: decides everything that was left open, and has the images queued.
 * Both APIs come through here.
 */
@Singleton
public class Admission {
    private final Catalogue catalogue;
    private final Backlog backlog;
    private final Queue queue;
    private final LiveJobs live;
    private final Jobs jobs;
    private final Ledger ledger;
    private final AddOnChoice addOns;
    private final Inputs inputs;
    private final JobSettings settings;
    private final Turns turns = new Turns();

    Admission(
            Catalogue catalogue,
            AddOnChoice addOns,
            Inputs inputs,
            Backlog backlog,
            Queue queue,
            LiveJobs live,
            Jobs jobs,
            Ledger ledger,
            JobSettings settings) {
        this.catalogue = catalogue;
        this.addOns = addOns;
        this.inputs = inputs;
        this.backlog = backlog;
        this.queue = queue;
        this.live = live;
        this.jobs = jobs;
        this.ledger = ledger;
        this.settings = settings;
    }

    /**
     * Accepts a job.
     *
     * @throws InvalidParameterException if no image can be made of the request
     * @throws huafang.gateway.problem.ProblemException if too much is waiting (429), or it cannot
     *     be queued now (503)
     */
    public LiveJob submit(String owner, WorkRequest request) {
        return submit(UuidCreator.getTimeOrderedEpoch(), owner, request, null);
    }

    /**
     * Likewise, once for each key of an owner: the same request under the same key is the same job.
     *
     * @throws InvalidParameterException also if the key stands for another request
     * @throws huafang.gateway.problem.ProblemException (503) also if keys cannot be looked up now
     */
    LiveJob submit(String owner, WorkRequest request, IdempotencyKey key) {
        // Of retries that come at once, the second one finds the first one's job.
        return turns.take(owner + "/" + key.value(), () -> submitOnce(owner, request, key));
    }

    private LiveJob submitOnce(String owner, WorkRequest request, IdempotencyKey key) {
        UUID fresh = UuidCreator.getTimeOrderedEpoch();
        parameters(fresh, request);
        KeyClaim claim = ledger.claim(owner, key.value(), new KeyClaim(fresh, key.requestHash()));
        if (!claim.requestHash().equals(key.requestHash())) {
            throw new InvalidParameterException(
                    IdempotencyKey.HEADER,
                    key.value(),
                    "a key that was not used with another request");
        }
        // A claim without a job is one whose publishing failed: it is published under its old id.
        Optional<LiveJob> earlier =
                claim.jobId().equals(fresh) ? Optional.empty() : jobs.lookUp(claim.jobId());
        return earlier.orElseGet(() -> submit(claim.jobId(), owner, request, key.value()));
    }

    private LiveJob submit(UUID id, String owner, WorkRequest request, String key) {
        ImageParameters parameters = parameters(id, request);
        try (var room = backlog.requireRoom(owner, parameters, request.count())) {
            ImageParameters first = withPictures(parameters, request);
            Duration wait = request.patience().orElseGet(settings::expireAfter);
            return queue(
                    id,
                    owner,
                    first,
                    request.count(),
                    request.save(),
                    request.previews(),
                    wait,
                    room.before(),
                    key);
        }
    }

    /**
     * Has an image painted that was given up: as a job of its own, its owner's.
     *
     * @throws huafang.gateway.problem.ProblemException (503) if it cannot be queued now
     */
    public LiveJob again(ImageTask task) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        return queue(
                id,
                task.owner(),
                task.parameters(),
                1,
                task.save(),
                task.previews(),
                settings.expireAfter(),
                live.load(task.owner()).ownImages(),
                null);
    }

    private LiveJob queue(
            UUID id,
            String owner,
            ImageParameters first,
            int count,
            boolean save,
            boolean previews,
            Duration wait,
            int before,
            String key) {
        Instant now = Instant.now();
        List<ImageTask> images =
                IntStream.range(0, count)
                        .mapToObj(index ->
                                new ImageTask(
                                        new ImageKey(id, index),
                                        owner,
                                        first.ofImage(index),
                                        save,
                                        0,
                                        now,
                                        previews,
                                        now.plus(wait)))
                        .toList();
        var accepted =
                new JobEvent.Accepted(id, owner, first, count, save, key, now, now.plus(wait));
        queue.publish(images, before, accepted);
        live.apply(accepted);
        return live.find(id).orElseThrow();
    }

    private Manner manner(JobRequest request) {
        JobRequest.Refiner refiner = request.refiner();
        return refiner == null
                ? new Manner(request.tiling(), null, 0)
                : new Manner(
                        request.tiling(),
                        catalogue.beside(refiner.model(), "refiner.model"),
                        refiner.at(),
                        refiner.bySteps());
    }

    private Hires hires(HiresRequest request) {
        return request.hires()
                .with(
                        upscaler(request.hires().upscaler()),
                        request.checkpoint() == null
                                ? null
                                : catalogue.beside(request.checkpoint(), "hires.checkpoint"));
    }

    private Model upscaler(String name) {
        return Hires.LATENT.contains(name) ? null : addOns.upscaler(name, "hires.upscaler").file();
    }

    /** Those parameters, once the workers can have the pictures that they name. */
    private ImageParameters withPictures(ImageParameters image, WorkRequest request) {
        return switch (request) {
            case JobRequest job when job.start() == null -> image;
            case JobRequest job -> ((GenerationParameters) image).with(published(job.start()));
            case EnlargeRequest job -> ((Enlargement) image).with(inputs.publish(job.picture()));
        };
    }

    private Start published(StartRequest request) {
        return request.start()
                .with(
                        inputs.publish(request.picture()),
                        request.mask() == null ? null : inputs.publish(request.mask()));
    }

    private ImageParameters parameters(UUID id, WorkRequest request) {
        return switch (request) {
            case JobRequest job -> parameters(id, job);
            case EnlargeRequest job -> parameters(job);
        };
    }

    private Enlargement parameters(EnlargeRequest request) {
        return new Enlargement(
                request.picture().picture(),
                request.target().scale(),
                request.target().width(),
                request.target().height(),
                addOns.upscaler(request.upscaler(), "enlarge.upscaler"),
                request.second() == null
                        ? null
                        : addOns.upscaler(request.second(), "enlarge.second.upscaler"),
                request.second() == null ? 0 : request.secondVisibility(),
                request.picture().infotext());
    }

    private GenerationParameters parameters(UUID id, JobRequest request) {
        Checkpoint checkpoint = catalogue.usable(request.model());
        Sampling sampling = request.sampling();
        String prompt = request.promptWithLoras();
        String negativePrompt = PromptComments.without(request.negativePrompt());
        Hires hires = request.hires() == null ? null : hires(request.hires());
        Size size = Size.of(checkpoint, request.start());
        var first =
                new GenerationParameters(
                        prompt,
                        negativePrompt,
                        request.width() == null ? size.width() : request.width(),
                        request.height() == null ? size.height() : request.height(),
                        request.steps(),
                        sampling.sampler(),
                        sampling.scheduler(),
                        request.cfgScale(),
                        request.seed() == JobRequest.RANDOM_SEED
                                ? RandomSeed.of(id)
                                : request.seed(),
                        Rng.of(request.rng()),
                        checkpoint.model(),
                        request.reading(),
                        options(id, request),
                        addOns.of(
                                checkpoint,
                                request.vae(),
                                hires == null ? List.of(prompt) : List.of(prompt, hires.prompt()),
                                hires == null
                                        ? List.of(negativePrompt)
                                        : List.of(negativePrompt, hires.negativePrompt())),
                        request.start() == null ? null : request.start().start(),
                        hires,
                        manner(request));
        first.ofImage(request.count() - 1);
        return first;
    }

    private static SamplingOptions options(UUID id, JobRequest request) {
        if (!request.options().hasVariation()) {
            return request.options();
        }
        return request.options()
                .withSubseed(
                        request.subseed() == JobRequest.RANDOM_SEED
                                ? RandomSeed.ofVariation(id)
                                : request.subseed());
    }
}
