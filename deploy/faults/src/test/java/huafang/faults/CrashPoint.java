package huafang.faults;

import java.lang.classfile.MethodModel;

/** Where a service can be made to die: before and after each step that something outlasts. */
enum CrashPoint {
    /** A key stands for a job, of which nothing is queued. */
    GATEWAY_AFTER_KEY("gateway", "huafang/gateway/ledger/Ledger", "claim", "", true),
    /** A gateway has a job's id, and nothing of it is queued. */
    GATEWAY_BEFORE_IMAGES("gateway", "huafang/gateway/job/Queue", "publish", "List", false),
    /** The broker has a job's first image, and not its second. */
    GATEWAY_BETWEEN_IMAGES(
            "gateway",
            "org/apache/kafka/clients/producer/KafkaProducer",
            "send",
            "ProducerRecord",
            false,
            new Argument(1, "topic=generation-jobs.*key=[^,]*/1,")),
    /** The broker has all images, and nobody has said that the job is accepted. */
    GATEWAY_BEFORE_ACCEPTED("gateway", "huafang/gateway/job/Queue", "publish", "JobEvent", false),
    /** All is published, and the client has no answer. */
    GATEWAY_BEFORE_ANSWER("gateway", "huafang/gateway/job/Queue", "publish", "List", true),
    /** The workers know that a job is cancelled, and the ledger does not. */
    GATEWAY_BEFORE_LEDGER("gateway", "huafang/gateway/ledger/Ledger", "cancel", "", false),
    /** A worker holds an image. */
    WORKER_BEFORE_PAINTING("worker", "huafang/worker/TaskHandler", "paint", "", false),
    /** It has said that it begins what another one had begun, and not done so. */
    WORKER_AFTER_BEGUN(
            "worker",
            "huafang/worker/TaskHandler",
            "tellOfBeginning",
            "",
            true,
            new Argument(1, "deliveries=(?!1\\b)")),
    /** The picture is painted, and nobody has it. */
    WORKER_BEFORE_PICTURE("worker", "huafang/worker/TaskHandler", "deliver", "ImageTask", false),
    /** The broker has the picture, and nobody has said so. */
    WORKER_BEFORE_FINISHED("worker", "huafang/worker/TaskHandler", "publish", "JobEvent", false),
    /** All is said, and the image is still on the queue. */
    WORKER_BEFORE_ACKNOWLEDGEMENT("worker", "huafang/worker/TaskHandler", "handle", "", true),
    /** The image is off the queue. */
    WORKER_AFTER_ACKNOWLEDGEMENT("worker", "huafang/worker/Slot", "take", "", true),
    /** It has said that it hands an image back, and not done so. */
    WORKER_BEFORE_RELEASE(
            "worker",
            "huafang/worker/TaskHandler",
            "handBack",
            "",
            true,
            new Argument(1, "deliveries=1\\b")),
    /** An image is on the queue again, and the broker has not heard that it need not be. */
    WORKER_AFTER_REPUBLISHING(
            "worker",
            "huafang/worker/TaskHandler",
            "handBack",
            "",
            true,
            new Argument(1, "deliveries=(?!1\\b)")),
    /** An image that is given up is kept aside, and its owner does not know. */
    WORKER_AFTER_SETTING_ASIDE(
            "worker",
            "huafang/worker/TaskHandler",
            "fail",
            "",
            false,
            new Argument(2, "died over")),
    /** A picture is read, and not in the database. */
    STORAGE_BEFORE_PICTURE("storage", "huafang/storage/PictureConsumer", "keep", "", false),
    /** Events are read, and not in the database. */
    STORAGE_BEFORE_EVENTS("storage", "huafang/storage/EventConsumer", "apply", "", false),
    /** The database has them, and the broker does not know. */
    STORAGE_BEFORE_COMMIT(
            "storage",
            "io/smallrye/reactive/messaging/kafka/commit/KafkaLatestCommit",
            "handle",
            "",
            false);

    private final String role;
    private final String type;
    private final String method;
    private final String firstParameter;
    private final boolean isAtEnd;
    private final Argument argument;

    /**
     * What must be given to the method for the point to be there.
     *
     * @param slot where its reference lies among the method's variables
     * @param text what must be found in its text: a regular expression
     */
    record Argument(int slot, String text) {}

    CrashPoint(String role, String type, String method, String firstParameter, boolean isAtEnd) {
        this(role, type, method, firstParameter, isAtEnd, null);
    }

    /**
     * @param type in the class file's way of writing
     * @param firstParameter its type's name without the package, where methods of one name differ
     *     by it
     * @param argument null if any will do
     */
    CrashPoint(
            String role,
            String type,
            String method,
            String firstParameter,
            boolean isAtEnd,
            Argument argument) {
        this.role = role;
        this.type = type;
        this.method = method;
        this.firstParameter = firstParameter;
        this.isAtEnd = isAtEnd;
        this.argument = argument;
    }

    /** Whose it is. */
    String role() {
        return role;
    }

    String type() {
        return type;
    }

    boolean isAtEnd() {
        return isAtEnd;
    }

    /** Null if any will do. */
    Argument argument() {
        return argument;
    }

    boolean isIn(MethodModel candidate) {
        if (!candidate.methodName().equalsString(method) || candidate.code().isEmpty()) {
            return false;
        }
        var parameters = candidate.methodTypeSymbol().parameterList();
        return firstParameter.isEmpty()
                || !parameters.isEmpty()
                        && parameters.getFirst().displayName().equals(firstParameter);
    }
}
