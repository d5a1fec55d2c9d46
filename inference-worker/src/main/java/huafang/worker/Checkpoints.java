package huafang.worker;

import huafang.contracts.catalogue.AddOn;
import huafang.contracts.generation.Model;
import huafang.engine.StableDiffusion;
import huafang.engine.network.Device;
import huafang.engine.network.VaeTiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Loads checkpoints, and makes sure that they are those that were asked for. */
final class Checkpoints implements Residents.Source<Checkpoints.Files, StableDiffusion> {
    private static final Logger LOG = Logger.getLogger(Checkpoints.class);

    private final ModelFolder files;
    private final ModelFolder vaes;
    private final VaeTiles vaeTiles;
    private final Device device;

    /**
     * @param models folder that holds those of checkpoints and of VAEs
     * @param vaeTiles in which VAEs take large pictures
     */
    Checkpoints(Path models, VaeTiles vaeTiles, Device device) {
        this.files = new ModelFolder(models.resolve("Stable-diffusion"));
        this.vaes = new ModelFolder(AddOn.Kind.VAE.in(models));
        this.vaeTiles = vaeTiles;
        this.device = device;
    }

    /** A checkpoint, perhaps with another VAE, as their files are now. */
    record Files(
            Model model,
            ModelFolder.Version file,
            Optional<Model> vae,
            Optional<ModelFolder.Version> vaeFile) {}

    /**
     * Finds the files of one.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if there are none
     */
    Files find(Model model, Optional<Model> vae) {
        return new Files(model, files.find(model), vae, vae.map(vaes::find));
    }

    @Override
    public StableDiffusion load(Files from) {
        long start = System.nanoTime();
        var engine =
                StableDiffusion.load(
                        from.file().path(),
                        from.vaeFile().map(ModelFolder.Version::path),
                        vaeTiles,
                        device);
        try {
            files.verify(from.model(), from.file());
            from.vae().ifPresent(vae -> vaes.verify(vae, from.vaeFile().orElseThrow()));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
        LOG.infof(
                "model=%s vae=%s family=%s millis=%d: loaded",
                from.model().file(),
                from.vae().map(Model::file).orElse("own"),
                engine.description(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        return engine;
    }

    /**
     * Files tend to be in half precision. A CPU computes with twice as many bytes; a GPU keeps
     * them, and computes in about as much again at 512×512.
     */
    @Override
    public long bytes(Files from) {
        long vae = from.vaeFile().map(ModelFolder.Version::bytes).orElse(0L);
        return 2 * (from.file().bytes() + vae);
    }

    @Override
    public void close(StableDiffusion engine) {
        engine.close();
    }
}
