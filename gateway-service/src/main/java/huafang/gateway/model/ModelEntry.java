package huafang.gateway.model;

import huafang.contracts.catalogue.Checkpoint;
import huafang.contracts.generation.Model;

/**
 * A checkpoint as the API lists it.
 *
 * @param title as in {@code huafang-demo.safetensors [0123456789]}; the file alone while the
 *     content is unknown
 * @param name the file without folder and extension
 * @param file path below the checkpoints' folder
 * @param hash the first ten digits of the sha256, or null
 * @param sha256 of the file, or null while it is being worked out
 * @param bytes its size
 * @param width what a request without one gets, in pixels
 * @param height likewise
 * @param problem a sentence where no image can be made with it, else null
 * @param family which model it is, as in {@code Stable Diffusion XL}, or null
 */
record ModelEntry(
        String title,
        String name,
        String file,
        String hash,
        String sha256,
        long bytes,
        int width,
        int height,
        String problem,
        String family) {

    static ModelEntry of(Checkpoint checkpoint) {
        boolean known = checkpoint.sha256() != null;
        String file = checkpoint.file();
        return new ModelEntry(
                known ? checkpoint.model().title() : file,
                Model.name(file),
                file,
                known ? checkpoint.model().hash() : null,
                checkpoint.sha256(),
                checkpoint.bytes(),
                checkpoint.width(),
                checkpoint.height(),
                checkpoint.problem(),
                checkpoint.family());
    }
}
