package io.agentchannel;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A generic type as a value: {@code new TypeRef<List<Item>>() {}}. Make it with the two braces; the
 * anonymous subclass is what keeps the type argument at run time.
 */
public abstract class TypeRef<T> {
  private final Type type;

  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
      throw new IllegalStateException("write new TypeRef<List<Item>>() {} with a type argument");
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  public final Type type() {
    return type;
  }
}
