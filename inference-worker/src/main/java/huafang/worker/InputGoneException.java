package huafang.worker;

/** A picture that an image begins with is nowhere any more; the message is for the owner. */
final class InputGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InputGoneException(String sentence) {
        super(sentence);
    }
}
