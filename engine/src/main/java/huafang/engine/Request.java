package huafang.engine;

/** All that decides the pixels of a picture, the checkpoint apart. */
public sealed interface Request permits Txt2Img, Img2Img, HiresFix {
    /** What is asked for, whatever it begins with. */
    Txt2Img picture();
}
