package huafang.engine;

import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/** Tells of each step on a stream, and keeps a file with a preview if one is wanted. */
final class Progress implements StepListener {
    private final StableDiffusion model;
    private final PrintStream out;
    private final Optional<Path> preview;
    private Tensor expected;

    Progress(StableDiffusion model, PrintStream out, Optional<Path> preview) {
        this.model = model;
        this.out = out;
        this.preview = preview;
    }

    @Override
    public void expects(Tensor latents) {
        expected = latents;
    }

    @Override
    public boolean step(int done, int of) {
        tell(out, "step", done, of);
        preview.ifPresent(this::write);
        return true;
    }

    static void tell(PrintStream out, String what, int done, int of) {
        out.printf("\r%s %d of %d%s", what, done, of, done == of ? "\n" : "");
    }

    /** Under another name first: who looks at the file never sees half of it. */
    private void write(Path file) {
        Path beside = file.resolveSibling("." + file.getFileName() + ".part");
        try {
            Files.write(beside, model.preview(expected).png(Map.of()));
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
