package huafang.faults;

import java.lang.classfile.MethodModel;

/** Where a service can be made to die: before and after each step that something outlasts. */
enum CrashPoint {
    /** A gateway has a job's id, and nothing of it is queued. */
    GATEWAY_BEFORE_IMAGES("gateway", "huafang/gateway/job/Queue", "publish", "List", false),
    /** The broker has all images, and nobody has said that the job is accepted. */
    GATEWAY_BEFORE_ACCEPTED("gateway", "huafang/gateway/job/Queue", "publish", "JobEvent", false),
    /** All is published, and the client has no answer. */
    GATEWAY_BEFORE_ANSWER("gateway", "huafang/gateway/job/Queue", "publish", "List", true),
    /** A worker holds an image. */
    WORKER_BEFORE_PAINTING("worker", "huafang/worker/TaskHandler", "paint", "ImageTask", false),
    /** The picture is painted, and nobody has it. */
    WORKER_BEFORE_PICTURE("worker", "huafang/worker/TaskHandler", "deliver", "ImageTask", false),
    /** The broker has the picture, and nobody has said so. */
    WORKER_BEFORE_FINISHED("worker", "huafang/worker/TaskHandler", "publish", "JobEvent", false),
    /** All is said, and the image is still on the queue. */
    WORKER_BEFORE_ACKNOWLEDGEMENT("worker", "huafang/worker/TaskHandler", "handle", "", true),
    /** The image is off the queue. */
    WORKER_AFTER_ACKNOWLEDGEMENT("worker", "huafang/worker/Slot", "take", "", true),
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

    /**
     * @param type in the class file's way of writing
     * @param firstParameter its type's name without the package, where methods of one name differ
     *     by it
     */
    CrashPoint(String role, String type, String method, String firstParameter, boolean isAtEnd) {
        this.role = role;
        this.type = type;
        this.method = method;
        this.firstParameter = firstParameter;
        this.isAtEnd = isAtEnd;
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
