package huafang.worker;

import huafang.contracts.generation.InputPicture;
import huafang.contracts.generation.Model;
import huafang.engine.StableDiffusion;
import huafang.engine.Upscaler;
import huafang.engine.adapter.AddOns;
import huafang.engine.pixels.Pixels;

/** Has what an image needs beside its parameters, and keeps it until the image is painted. */
interface Lender {
    /** Where LoRAs and embeddings lie. */
    AddOns addOns();

    /** A picture that it begins with. */
    Pixels picture(InputPicture picture);

    /**
     * What enlarges it.
     *
     * @param file where it lies, or null for one that needs none
     */
    Upscaler upscaler(String name, Model file);

    /** Another checkpoint than the one that it is painted with, asked for when its turn comes. */
    StableDiffusion checkpoint(Model model);
}
