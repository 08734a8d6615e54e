package io.agentchannel.core.codec;

import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An example of a type's JSON that the type also reads: {@code {"text":"string","n":0}}. An enum
 * shows its first constant and a sealed interface its first record; what contains itself ends in
 * null or an empty list. Used by one thread, once.
 */
final class JsonShape {
  private static final int MAX_DEPTH = 12;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The classes being described, outermost last. */
  private final Deque<Class<?>> open = new ArrayDeque<>();

  private JsonShape() {}

  static String of(Type type) {
    return new JsonShape().node(Json.MAPPER.constructType(type)).toString();
  }

  private JsonNode node(JavaType type) {
    Class<?> raw = type.getRawClass();
    JsonNode scalar = scalar(raw);
    if (scalar != null) {
      return scalar;
    }
    if (raw == Object.class || TreeNode.class.isAssignableFrom(raw)) {
      return NODES.objectNode();
    }
    if (type.isReferenceType()) {
      return node(type.getReferencedType());
    }
    if (type.isArrayType() || type.isCollectionLikeType()) {
      return list(type.getContentType());
    }
    if (type.isMapLikeType()) {
      return map(type);
    }
    if (raw.getName().startsWith("java.")) {
      return NODES.textNode("string");
    }
    if (open.contains(raw) || open.size() >= MAX_DEPTH) {
      return NODES.nullNode();
    }
    open.push(raw);
    try {
      List<Class<?>> records = SealedTypes.recordsOf(raw);
      return records.isEmpty() ? described(type) : sealed(type, records.get(0));
    } finally {
      open.pop();
    }
  }

  private static @Nullable JsonNode scalar(Class<?> raw) {
    Class<?> type = MethodType.methodType(raw).wrap().returnType();
    if (type == Boolean.class) {
      return NODES.booleanNode(false);
    }
    if (type == Double.class || type == Float.class || type == BigDecimal.class) {
      return NODES.numberNode(0.0);
    }
    if (Number.class.isAssignableFrom(type)) {
      return NODES.numberNode(0);
    }
    if (type == Character.class) {
      return NODES.textNode("c");
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return NODES.textNode("string");
    }
    if (type == UUID.class) {
      return NODES.textNode("00000000-0000-0000-0000-000000000000");
    }
    if (type == byte[].class) {
      return NODES.textNode("AA==");
    }
    if (type.isEnum() && type.getEnumConstants().length > 0) {
      return Json.MAPPER.valueToTree(type.getEnumConstants()[0]);
    }
    String time = TimeTypes.exampleOf(type);
    return time == null ? null : NODES.textNode(time);
  }

  private JsonNode list(JavaType content) {
    ArrayNode list = NODES.arrayNode();
    JsonNode item = node(content);
    return item.isNull() ? list : list.add(item);
  }

  private JsonNode map(JavaType type) {
    ObjectNode map = NODES.objectNode();
    JsonNode value = node(type.getContentType());
    return value.isNull() ? map : map.set(node(type.getKeyType()).asText(), value);
  }

  private JsonNode sealed(JavaType type, Class<?> record) {
    ObjectNode object = NODES.objectNode().put(SealedTypes.PROPERTY, SealedTypes.nameOf(record));
    JavaType recordType = Json.MAPPER.getTypeFactory().constructSpecializedType(type, record);
    return object.setAll(object(recordType));
  }

  private JsonNode described(JavaType type) {
    AnnotatedMember value = describe(type).findJsonValueAccessor();
    return value == null ? object(type) : node(value.getType());
  }

  private ObjectNode object(JavaType type) {
    ObjectNode object = NODES.objectNode();
    for (BeanPropertyDefinition property : describe(type).findProperties()) {
      object.set(property.getName(), node(property.getPrimaryType()));
    }
    return object;
  }

  private static BeanDescription describe(JavaType type) {
    return Json.MAPPER.getSerializationConfig().introspect(type);
  }
}
