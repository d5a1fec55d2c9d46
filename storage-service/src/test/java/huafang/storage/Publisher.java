package huafang.storage;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.JobEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Publishes as the gateway and the workers do. */
final class Publisher implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            ConfigProvider.getConfig()
                                    .getValue("kafka.bootstrap.servers", String.class),
                            "acks",
                            "all",
                            "max.request.size",
                            34 << 20,
                            "buffer.memory",
                            64L << 20),
                    new StringSerializer(),
                    new ByteArraySerializer());

    RecordMetadata picture(GeneratedImage image, byte[] png) throws Exception {
        var header = new RecordHeader(GeneratedImage.HEADER, Codec.encode(image));
        return send(
                new ProducerRecord<>(
                        Topic.GENERATED_IMAGES,
                        null,
                        image.key().toString(),
                        png,
                        List.of(header)));
    }

    void event(JobEvent event) throws Exception {
        send(
                new ProducerRecord<>(
                        Topic.GENERATION_EVENTS, event.jobId().toString(), Codec.encode(event)));
    }

    RecordMetadata send(ProducerRecord<String, byte[]> record) throws Exception {
        return producer.send(record).get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        producer.close();
    }
}
