package huafang.single;

/** Something that the user has to change; its message is the one sentence that says what. */
final class Refusal extends RuntimeException {
    Refusal(String sentence) {
        super(sentence);
    }
}
