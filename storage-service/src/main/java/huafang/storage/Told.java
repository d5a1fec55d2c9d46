package huafang.storage;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.ImageParameters;
import huafang.contracts.generation.Model;
import huafang.contracts.infotext.Infotext;

/**
 * What people read of a picture in its row. An enlarged one has a size, and its upscaler stands for
 * the model; the rest is empty, and its column {@code parameters} has all that it is made of.
 */
record Told(
        String prompt,
        String negativePrompt,
        String steps,
        String seed,
        String sampler,
        String cfgScale,
        String size,
        String modelHash,
        String model) {

    static Told of(ImageParameters image) {
        return switch (image) {
            case GenerationParameters painted ->
                    new Told(
                            painted.prompt(),
                            painted.negativePrompt(),
                            String.valueOf(painted.steps()),
                            String.valueOf(painted.seed()),
                            painted.sampler().label(),
                            Infotext.number(painted.cfgScale()),
                            painted.width() + "x" + painted.height(),
                            painted.model().hash(),
                            painted.model().name());
            case Enlargement enlarged -> {
                Model file = enlarged.upscaler().file();
                yield new Told(
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        enlarged.width() + "x" + enlarged.height(),
                        file == null ? "" : file.hash(),
                        file == null ? enlarged.upscaler().name() : file.name());
            }
        };
    }
}
