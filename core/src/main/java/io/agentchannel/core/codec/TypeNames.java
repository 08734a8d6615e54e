package io.agentchannel.core.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Names of types for messages that cross the wire: without packages, which are nobody's concern.
 */
final class TypeNames {
  private TypeNames() {}

  static String simple(Type type) {
    if (type instanceof Class<?> raw) {
      return raw.getSimpleName();
    }
    if (type instanceof ParameterizedType generic) {
      return Arrays.stream(generic.getActualTypeArguments())
          .map(TypeNames::simple)
          .collect(Collectors.joining(", ", simple(generic.getRawType()) + "<", ">"));
    }
    String name = type.getTypeName();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
