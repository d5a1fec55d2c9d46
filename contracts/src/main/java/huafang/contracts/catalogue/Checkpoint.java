package huafang.contracts.catalogue;

import com.fasterxml.jackson.annotation.JsonIgnore;
import huafang.contracts.generation.Model;
import java.util.stream.Stream;

/**
 * A file in the checkpoints' folder, or a folder there in diffusers' layout.
 *
 * @param file path below that folder
 * @param sha256 of the whole file, or {@link Model#sha256OfFolder of the folder}; null while it is
 *     being worked out, or where {@code problem} says why not
 * @param bytes its size
 * @param width the native width in pixels: what a request without one gets
 * @param height likewise
 * @param problem a sentence where no image can be made with it, else null
 * @param family which model it is, in the words that people know; null where that is unknown
 * @param textWidth how wide the text is that its network reads, 0 where that is unknown
 */
public record Checkpoint(
        String file,
        String sha256,
        long bytes,
        int width,
        int height,
        String problem,
        String family,
        int textWidth) {

    /** Whether images can be made with it. */
    @JsonIgnore
    public boolean isUsable() {
        return problem == null && sha256 != null;
    }

    /** What a job carries of it; only of a usable one. */
    @JsonIgnore
    public Model model() {
        return new Model(file, sha256);
    }

    /** Whether people may mean it by this name: its title, file, name, short hash or sha256. */
    public boolean isCalled(String name) {
        return names().anyMatch(known -> known.equalsIgnoreCase(name));
    }

    private Stream<String> names() {
        return sha256 == null
                ? Stream.of(file, Model.name(file))
                : Stream.of(model().title(), file, model().name(), model().hash(), sha256);
    }
}
