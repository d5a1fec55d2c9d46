package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Everything that decides the pixels of one image: the same parameters give the same picture. In
 * JSON an {@link Enlargement} says so by its field {@code type}; what has none is painted.
 */
@JsonTypeInfo(
        use = JsonTypeInfo.Id.NAME,
        include = JsonTypeInfo.As.EXISTING_PROPERTY,
        property = "type",
        defaultImpl = GenerationParameters.class)
@JsonSubTypes(@JsonSubTypes.Type(value = Enlargement.class, name = Enlargement.TYPE))
public sealed interface ImageParameters permits GenerationParameters, Enlargement {
    /** Those of the image at {@code index} of a request. */
    ImageParameters ofImage(int index);
}
