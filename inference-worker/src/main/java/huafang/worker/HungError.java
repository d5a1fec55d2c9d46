package huafang.worker;

/** An image does not come on. Only the end of the process ends it. */
final class HungError extends Error {
    private static final long serialVersionUID = 1;

    HungError(String sentence) {
        super(sentence);
    }
}
