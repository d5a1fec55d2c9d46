package huafang.gateway.sdapi;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.Model;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Scheduler;
import huafang.gateway.model.Catalogue;
import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What clients offer their users to choose from. */
@Path("/sdapi/v1")
@Authenticated
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "AUTOMATIC1111")
class ChoicesResource {
    private static final Set<Scheduler> OF_THE_MODEL =
            EnumSet.of(
                    Scheduler.UNIFORM,
                    Scheduler.SGM_UNIFORM,
                    Scheduler.SIMPLE,
                    Scheduler.NORMAL,
                    Scheduler.DDIM,
                    Scheduler.BETA);

    private final Catalogue catalogue;

    ChoicesResource(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    record ModelEntry(
            String title,
            String model_name,
            String hash,
            String sha256,
            String filename,
            String config) {
        static ModelEntry of(Checkpoint checkpoint) {
            Model model = checkpoint.model();
            return new ModelEntry(
                    model.title(), model.name(), model.hash(), model.sha256(), model.file(), null);
        }
    }

    record SamplerEntry(String name, List<String> aliases, Map<String, String> options) {}

    record SchedulerEntry(
            String name,
            String label,
            List<String> aliases,
            double default_rho,
            boolean need_inner_model) {}

    @GET
    @Path("sd-models")
    @Operation(summary = "The usable checkpoints")
    public List<ModelEntry> models() {
        return catalogue.checkpoints().stream()
                .filter(Checkpoint::isUsable)
                .map(ModelEntry::of)
                .toList();
    }

    @POST
    @Path("refresh-{kind:checkpoints|loras|embeddings|vae}")
    @Operation(summary = "Nothing: files are seen as they come")
    public void refresh() {}

    @GET
    @Path("samplers")
    @Operation(summary = "The samplers")
    public List<SamplerEntry> samplers() {
        return Arrays.stream(Sampler.values())
                .map(sampler ->
                        new SamplerEntry(
                                sampler.label(),
                                sampler.aliases(),
                                Map.of("scheduler", sampler.defaultScheduler().key())))
                .toList();
    }

    @GET
    @Path("schedulers")
    @Operation(summary = "The noise schedules")
    public List<SchedulerEntry> schedulers() {
        return Arrays.stream(Scheduler.values())
                .map(scheduler ->
                        new SchedulerEntry(
                                scheduler.key(),
                                scheduler.label(),
                                scheduler.aliases(),
                                defaultRho(scheduler),
                                OF_THE_MODEL.contains(scheduler)))
                .toList();
    }

    private static double defaultRho(Scheduler scheduler) {
        return switch (scheduler) {
            case KARRAS -> 7;
            case POLYEXPONENTIAL -> 1;
            case AUTOMATIC,
                    UNIFORM,
                    EXPONENTIAL,
                    SGM_UNIFORM,
                    KL_OPTIMAL,
                    ALIGN_YOUR_STEPS,
                    SIMPLE,
                    NORMAL,
                    DDIM,
                    BETA ->
                    -1;
        };
    }

    /** Of what is asked for at the start of many clients, and does not exist here. */
    @GET
    @Path("{kind:prompt-styles|hypernetworks|face-restorers|realesrgan-models|extensions}")
    @Operation(summary = "There are none")
    public List<Object> none() {
        return List.of();
    }

    /**
     * A LoRA.
     *
     * @param alias the name that it had when it was trained, where it has one
     * @param metadata empty here: trainers write megabytes
     */
    record LoraEntry(String name, String alias, String path, Map<String, String> metadata) {}

    @GET
    @Path("loras")
    @Operation(summary = "The LoRAs that prompts may name")
    public List<LoraEntry> loras() {
        return usable(AddOn.Kind.LORA)
                .map(lora ->
                        new LoraEntry(
                                lora.name(),
                                Objects.requireNonNullElse(lora.alias(), lora.name()),
                                lora.file(),
                                Map.of()))
                .toList();
    }

    record VaeEntry(String model_name, String filename) {}

    @GET
    @Path("sd-vae")
    @Operation(summary = "The VAEs that can take the place of a checkpoint's own")
    public List<VaeEntry> vaes() {
        return usable(AddOn.Kind.VAE)
                .map(vae ->
                        new VaeEntry(
                                vae.file().substring(vae.file().lastIndexOf('/') + 1), vae.file()))
                .toList();
    }

    /**
     * An embedding.
     *
     * @param shape how wide the text is that it is made for
     * @param vectors for how many tokens it stands
     */
    record EmbeddingEntry(
            Integer step,
            String sd_checkpoint,
            String sd_checkpoint_name,
            int shape,
            int vectors) {}

    /**
     * Embeddings.
     *
     * @param skipped those that cannot be used
     */
    record Embeddings(Map<String, EmbeddingEntry> loaded, Map<String, EmbeddingEntry> skipped) {}

    @GET
    @Path("embeddings")
    @Operation(summary = "The embeddings that prompts may name")
    public Embeddings embeddings() {
        var embeddings = new Embeddings(new TreeMap<>(), new TreeMap<>());
        for (AddOn file : catalogue.addOns(AddOn.Kind.EMBEDDING)) {
            (file.isUsable() ? embeddings.loaded() : embeddings.skipped())
                    .put(
                            file.name(),
                            new EmbeddingEntry(null, null, null, file.width(), file.vectors()));
        }
        return embeddings;
    }

    record UpscalerEntry(
            String name, String model_name, String model_path, String model_url, double scale) {}

    @GET
    @Path("upscalers")
    @Operation(summary = "What enlarges pictures")
    public List<UpscalerEntry> upscalers() {
        return Stream.concat(
                        Hires.WITHOUT_FILE.stream()
                                .map(name -> new UpscalerEntry(name, null, null, null, 4)),
                        usable(AddOn.Kind.UPSCALER)
                                .map(file ->
                                        new UpscalerEntry(
                                                file.name(), file.name(), file.file(), null, 4)))
                .toList();
    }

    record LatentModeEntry(String name) {}

    @GET
    @Path("latent-upscale-modes")
    @Operation(summary = "What enlarges latents")
    public List<LatentModeEntry> latentModes() {
        return Hires.LATENT.stream().map(LatentModeEntry::new).toList();
    }

    private Stream<AddOn> usable(AddOn.Kind kind) {
        return catalogue.addOns(kind).stream().filter(AddOn::isUsable);
    }

    @GET
    @Path("scripts")
    @Operation(summary = "There are none")
    public Map<String, Object> scripts() {
        return Map.of("txt2img", List.of(), "img2img", List.of());
    }
}
