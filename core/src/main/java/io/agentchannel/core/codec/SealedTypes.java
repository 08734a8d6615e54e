package io.agentchannel.core.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives a sealed interface, all of whose implementations are records, a {@code type} property that
 * tells them apart: the record's simple name with its first letter in lower case, so that {@code
 * record Circle} is {@code {"type":"circle",…}}. A record declared as itself has none: there is
 * nothing to tell apart. Jackson's own annotations on the interface or on a record win.
 */
final class SealedTypes extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1L;

  static final String PROPERTY = "type";

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    JsonTypeInfo.Value annotations = super.findPolymorphicTypeInfo(config, annotated);
    if (annotations != null || recordsOf(annotated).isEmpty()) {
      return annotations;
    }
    return JsonTypeInfo.Value.construct(
        JsonTypeInfo.Id.NAME, JsonTypeInfo.As.PROPERTY, PROPERTY, null, false, false, null);
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated annotated) {
    List<NamedType> annotations = super.findSubtypes(annotated);
    List<Class<?>> records = recordsOf(annotated);
    if (annotations != null || records.isEmpty()) {
      return annotations;
    }
    requireDistinct(annotated.getRawType(), records);
    return records.stream().map(record -> new NamedType(record)).toList();
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass annotated) {
    String annotation = super.findTypeName(annotated);
    return annotation != null || !annotated.getRawType().isRecord()
        ? annotation
        : nameOf(annotated.getRawType());
  }

  static String nameOf(Class<?> record) {
    String name = record.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** The records of a sealed interface, through sealed interfaces below it; else none. */
  static List<Class<?>> recordsOf(Class<?> type) {
    List<Class<?>> records = new ArrayList<>();
    return type.isInterface() && type.isSealed() && collect(type, records) ? records : List.of();
  }

  private static List<Class<?>> recordsOf(Annotated annotated) {
    return annotated instanceof AnnotatedClass ? recordsOf(annotated.getRawType()) : List.of();
  }

  private static boolean collect(Class<?> type, List<Class<?>> records) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        if (!records.contains(permitted)) {
          records.add(permitted);
        }
      } else if (!permitted.isInterface()
          || !permitted.isSealed()
          || !collect(permitted, records)) {
        return false;
      }
    }
    return true;
  }

  private static void requireDistinct(Class<?> sealed, List<Class<?>> records) {
    Set<String> names = new HashSet<>();
    for (Class<?> record : records) {
      if (!names.add(nameOf(record))) {
        throw new IllegalArgumentException(
            "two records of " + sealed.getSimpleName() + " are named " + record.getSimpleName());
      }
      if (Arrays.stream(record.getRecordComponents())
          .anyMatch(component -> component.getName().equals(PROPERTY))) {
        throw new IllegalArgumentException(
            record.getSimpleName()
                + " has a component named type, which "
                + sealed.getSimpleName()
                + " needs to tell its records apart");
      }
    }
  }
}
