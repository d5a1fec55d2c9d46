package huafang.faults;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** What can be broken in a service on purpose, to see that the audit notices. */
enum Breakage {
    /** A worker acknowledges an image when it takes it. */
    ACKNOWLEDGE_FIRST("huafang/worker/Slot", "take") {
        private static final ClassDesc CONSUMER =
                ClassDesc.of("org.apache.kafka.clients.consumer.KafkaShareConsumer");
        private static final ClassDesc RECORD =
                ClassDesc.of("org.apache.kafka.clients.consumer.ConsumerRecord");

        @Override
        CodeTransform transform() {
            return CodeTransform.ofStateful(() ->
                    new CodeTransform() {
                        private boolean hasBegun;

                        @Override
                        public void accept(CodeBuilder code, CodeElement element) {
                            if (!hasBegun) {
                                hasBegun = true;
                                var one = MethodTypeDesc.of(ConstantDescs.CD_void, RECORD);
                                var none = MethodTypeDesc.of(ConstantDescs.CD_Map);
                                code.aload(1).aload(2).invokevirtual(CONSUMER, "acknowledge", one);
                                code.aload(1).invokevirtual(CONSUMER, "commitSync", none).pop();
                            }
                            if (element instanceof InvokeInstruction call
                                    && call.name().equalsString("acknowledge")) {
                                code.pop().pop().pop();
                            } else {
                                code.with(element);
                            }
                        }
                    });
        }
    },

    /** The workers' group begins with what comes after it joined. */
    LATEST_OFFSET("huafang/contracts/broker/Broker", "setGroup") {
        @Override
        CodeTransform transform() {
            return (code, element) -> {
                if (element instanceof ConstantInstruction constant
                        && "earliest".equals(constant.constantValue())) {
                    code.loadConstant("latest");
                } else {
                    code.with(element);
                }
            };
        }
    };

    private final String type;
    private final String method;

    Breakage(String type, String method) {
        this.type = type;
        this.method = method;
    }

    String type() {
        return type;
    }

    boolean isIn(MethodModel candidate) {
        return candidate.methodName().equalsString(method);
    }

    abstract CodeTransform transform();
}
