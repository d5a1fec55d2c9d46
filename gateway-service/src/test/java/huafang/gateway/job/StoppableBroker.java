package huafang.gateway.job;

import huafang.servers.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;

/** A broker that a test can take away. */
public final class StoppableBroker implements QuarkusTestResourceLifecycleManager {
    /** Where a test wants what stops the broker. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.FIELD)
    public @interface Stop {}

    private KafkaBroker broker;

    /** After the broker of all tests, in whose place it stands. */
    @Override
    public int order() {
        return 10;
    }

    @Override
    public Map<String, String> start() {
        broker = KafkaBroker.temporary();
        return Map.of(
                "kafka.bootstrap.servers", broker.bootstrapServers(),
                "quarkus.log.category.\"org.apache.kafka\".level", "OFF",
                "quarkus.log.category.\"io.smallrye.reactive.messaging.kafka\".level", "OFF");
    }

    @Override
    public void inject(TestInjector injector) {
        Runnable stop = this::stop;
        injector.injectIntoFields(
                stop, new TestInjector.AnnotatedAndMatchesType(Stop.class, Runnable.class));
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }
}
