package io.agentchannel.core.codec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.agentchannel.core.OneLine;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says what is wrong with a JSON text without quoting it: where, and what was expected there.
 * Jackson's own messages hold the content and class names.
 */
final class JsonProblems {
  private static final int MAX_PATH_PARTS = 16;

  private JsonProblems() {}

  static CodecException describe(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping) {
      Throwable cause = e.getCause();
      // Jackson wraps what the parser meets inside of an object.
      if (cause instanceof InputCoercionException number) {
        return new CodecException("at " + path(mapping) + " is not " + kindOf(number), e);
      }
      if (cause instanceof StreamReadException || cause instanceof StreamConstraintsException) {
        return describe((JsonProcessingException) cause);
      }
      return new CodecException("at " + path(mapping) + " " + expected(mapping), e);
    }
    if (e instanceof InputCoercionException number) {
      return new CodecException("at $ is not " + kindOf(number), e);
    }
    if (e instanceof StreamConstraintsException) {
      return new CodecException("it is nested too deep or has too long a number or name", e);
    }
    JsonLocation at = e.getLocation();
    String where = at == null ? "" : " (line " + at.getLineNr() + ":" + at.getColumnNr() + ")";
    return new CodecException("it is not JSON" + where, e);
  }

  private static String expected(JsonMappingException e) {
    if (e instanceof InvalidTypeIdException typeId) {
      return typeNames(typeId.getBaseType().getRawClass());
    }
    Class<?> target = e instanceof MismatchedInputException misfit ? misfit.getTargetType() : null;
    return target == null ? "is not accepted" : "is not " + kind(target);
  }

  private static String typeNames(Class<?> base) {
    List<Class<?>> records = SealedTypes.recordsOf(base);
    return records.isEmpty()
        ? "is no " + base.getSimpleName() + " that is known here"
        : records.stream()
            .map(SealedTypes::nameOf)
            .collect(Collectors.joining(", ", "the \"type\" is not one of ", ""));
  }

  private static String kindOf(InputCoercionException number) {
    return kind(number.getTargetType());
  }

  private static String kind(Class<?> target) {
    if (target.isEnum()) {
      return "one of "
          + Arrays.stream(target.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name())
              .collect(Collectors.joining(", "));
    }
    if (target == boolean.class || target == Boolean.class) {
      return "true or false";
    }
    if ((target.isPrimitive() && target != char.class) || Number.class.isAssignableFrom(target)) {
      return "a number of this size";
    }
    if (CharSequence.class.isAssignableFrom(target) || target == char.class) {
      return "a text";
    }
    if (target.isArray() || Collection.class.isAssignableFrom(target)) {
      return "a list";
    }
    if (target.isRecord() || Map.class.isAssignableFrom(target)) {
      return "an object";
    }
    return "as " + target.getSimpleName() + " is written";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder("$");
    e.getPath().stream().limit(MAX_PATH_PARTS).forEach(part -> append(path, part));
    return OneLine.of(path);
  }

  private static void append(StringBuilder path, JsonMappingException.Reference part) {
    @Nullable String field = part.getFieldName();
    if (field != null) {
      path.append('.').append(field);
    } else if (part.getIndex() >= 0) {
      path.append('[').append(part.getIndex()).append(']');
    }
  }
}
