package huafang.downloader;

/** A download that is not begun, or that comes to nothing: one sentence for who asked. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    private RefusedException(int status, String sentence) {
        super(sentence);
        this.status = status;
    }

    /** Cannot be had as asked. */
    static RefusedException because(String sentence) {
        return new RefusedException(400, sentence);
    }

    /** Is in the way of something that is there. */
    static RefusedException conflict(String sentence) {
        return new RefusedException(409, sentence);
    }

    /** As HTTP has it. */
    int status() {
        return status;
    }
}
