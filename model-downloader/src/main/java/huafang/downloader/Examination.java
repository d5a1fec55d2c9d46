package huafang.downloader;

import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.ModelConfig;
import java.nio.file.Path;

/**
 * What a file's header says.
 *
 * @param width native, in pixels; 0 where there is a problem
 * @param height likewise
 * @param problem a sentence if no image can be made with it, else null
 */
record Examination(int width, int height, String problem) {

    static Examination of(Path file) {
        try (var checkpoint = Checkpoint.open(file)) {
            var model = ModelConfig.detect(checkpoint);
            return new Examination(model.width(), model.height(), null);
        } catch (CheckpointException refused) {
            return new Examination(0, 0, refused.getMessage());
        } catch (InternalError shrunk) {
            // The mapped file became shorter while its header was read.
            return new Examination(0, 0, file.getFileName() + " changes while it is read.");
        }
    }
}
