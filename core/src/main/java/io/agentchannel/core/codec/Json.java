package io.agentchannel.core.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * The rules of JSON here. The JSON shape of a record is its public contract, so:
 *
 * <ul>
 *   <li>fields that a reader does not know are ignored, and those that a writer did not send are
 *       null, 0, false or empty: adding one breaks neither side;
 *   <li>every field is written, null included; {@code Optional} is its value or null;
 *   <li>{@code java.time} values are ISO-8601 texts;
 *   <li>a sealed interface of records has a {@code type} property ({@link SealedTypes});
 *   <li>no class name is ever read from the wire, whatever annotations ask for.
 * </ul>
 */
final class Json {
  private static final int MAX_DEPTH = 256;

  static final ObjectMapper MAPPER =
      JsonMapper.builder(factory())
          .annotationIntrospector(new SealedTypes())
          .addModule(TimeTypes.module())
          .addModule(new OptionalSupport())
          .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private Json() {}

  private static JsonFactory factory() {
    return JsonFactory.builder()
        // Interned names would stay for the life of the JVM, and peers choose them.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                // The largest message is the bound, see limits.message.
                .maxStringLength(Integer.MAX_VALUE)
                .build())
        .build();
  }
}
