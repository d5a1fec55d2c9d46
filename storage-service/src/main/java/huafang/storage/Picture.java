package huafang.storage;

import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A finished picture as it lies on the topic.
 *
 * @param png the file
 * @param partition of generated-images
 * @param offset likewise
 */
record Picture(GeneratedImage about, byte[] png, int partition, long offset) {

    /**
     * @throws IllegalArgumentException if the record is no picture
     */
    static Picture of(ConsumerRecord<String, byte[]> record) {
        var header = record.headers().lastHeader(GeneratedImage.HEADER);
        if (header == null || record.value() == null) {
            throw new IllegalArgumentException(
                    "picture: expected a header %s and a value, found a record without %s"
                            .formatted(
                                    GeneratedImage.HEADER,
                                    header == null ? "the header" : "the value"));
        }
        var about = Codec.decode(header.value(), GeneratedImage.class);
        return new Picture(about, record.value(), record.partition(), record.offset());
    }
}
