package huafang.worker;

import huafang.contracts.generation.Model;
import huafang.engine.Upscaler;
import huafang.engine.network.Device;
import java.util.ArrayList;
import java.util.List;

/** The upscalers of one image, from their files: small enough to be loaded for each. */
final class OpenUpscalers implements AutoCloseable {
    private final ModelFolder folder;
    private final Device device;
    private final List<Upscaler> opened = new ArrayList<>();

    /**
     * @param device that they run on
     */
    OpenUpscalers(ModelFolder folder, Device device) {
        this.folder = folder;
        this.device = device;
    }

    /**
     * The upscaler of a name.
     *
     * @param file where it lies, or null for one that needs none
     * @throws huafang.engine.checkpoint.CheckpointException if its file cannot be used
     */
    Upscaler of(String name, Model file) {
        return file == null
                ? Upscaler.named(name)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "upscaler: found \"%s\" without a file".formatted(name)))
                : load(file);
    }

    private Upscaler load(Model file) {
        ModelFolder.Version version = folder.find(file);
        folder.verify(file, version);
        Upscaler upscaler = Upscaler.load(version.path(), device);
        opened.add(upscaler);
        return upscaler;
    }

    @Override
    public void close() {
        opened.forEach(Upscaler::close);
    }
}
