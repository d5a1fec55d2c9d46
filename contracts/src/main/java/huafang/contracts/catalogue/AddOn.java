package huafang.contracts.catalogue;

import com.fasterxml.jackson.annotation.JsonIgnore;
import huafang.contracts.generation.Model;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that changes what a checkpoint paints.
 *
 * @param file path below the folder of its kind
 * @param hash 64 hexadecimal digits: the sha256 of the whole file, or of what follows the header of
 *     a LoRA, as kohya's scripts and AUTOMATIC1111 have it; null while it is being worked out, or
 *     where {@code problem} says why not
 * @param bytes its size
 * @param width of an embedding: how wide the text is that it is made for, else 0
 * @param vectors of an embedding: for how many tokens it stands, else 0
 * @param problem a sentence where it cannot be used, else null
 * @param alias of a LoRA: the name that it had when it was trained, by which prompts may call it
 *     where no file has that name; else null
 */
public record AddOn(
        Kind kind,
        String file,
        String hash,
        long bytes,
        int width,
        int vectors,
        String problem,
        String alias) {

    /** What it is, which its folder says. */
    public enum Kind {
        /** Changes the networks' weights where a prompt names it. */
        LORA("Lora"),
        /** A word of one's own. */
        EMBEDDING("embeddings"),
        /** Takes the place of a checkpoint's own VAE. */
        VAE("VAE"),
        /** Enlarges pictures. */
        UPSCALER("ESRGAN");

        private final String folder;

        Kind(String folder) {
            this.folder = folder;
        }

        /** Its folder's name. */
        public String folder() {
            return folder;
        }

        /**
         * Where such files lie. Embeddings lie beside the models, as people have them, unless they
         * lie among them, on one volume.
         *
         * @param models holds the folder {@code Stable-diffusion}
         */
        public Path in(Path models) {
            Path among = models.toAbsolutePath().normalize().resolve(folder);
            return this == EMBEDDING && !Files.isDirectory(among)
                    ? among.getParent().resolveSibling(folder)
                    : among;
        }
    }

    /** Whether images can be made with it. */
    @JsonIgnore
    public boolean isUsable() {
        return problem == null && hash != null;
    }

    /** What prompts and people call it: the file without folder and extension. */
    @JsonIgnore
    public String name() {
        return Model.name(file);
    }

    /** Whether people may mean it by this name. */
    public boolean isCalled(String other) {
        String last = file.substring(file.lastIndexOf('/') + 1);
        return name().equals(other) || last.equals(other) || file.equals(other);
    }
}
