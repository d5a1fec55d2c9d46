package huafang.contracts.broker;

/**
 * The broker cannot carry Huafang; the message is one sentence that says what is wrong and what to
 * do.
 */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokerException(String sentence) {
        super(sentence);
    }

    BrokerException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
