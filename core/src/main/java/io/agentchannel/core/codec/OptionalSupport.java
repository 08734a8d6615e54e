package io.agentchannel.core.codec;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.std.ReferenceTypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.ser.std.ReferenceTypeSerializer;
import com.fasterxml.jackson.databind.type.ReferenceType;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.databind.util.NameTransformer;
import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code Optional<T>} as the JSON of its value, or null; absent is empty too. */
final class OptionalSupport extends SimpleModule {
  private static final long serialVersionUID = 1L;

  OptionalSupport() {
    super("agentchannel-optional");
  }

  @Override
  public void setupModule(SetupContext context) {
    context.addTypeModifier(new OptionalTypes());
    context.addSerializers(new OptionalSerializers());
    context.addDeserializers(new OptionalDeserializers());
    super.setupModule(context);
  }

  private static boolean isOptional(JavaType type) {
    return type.getRawClass() == Optional.class;
  }

  private static final class OptionalTypes extends TypeModifier {
    @Override
    public JavaType modifyType(
        JavaType type, Type jdkType, TypeBindings bindings, TypeFactory factory) {
      return isOptional(type) && !type.isReferenceType()
          ? ReferenceType.upgradeFrom(type, type.containedTypeOrUnknown(0))
          : type;
    }
  }

  private static final class OptionalSerializers extends Serializers.Base {
    @Override
    public @Nullable JsonSerializer<?> findReferenceSerializer(
        SerializationConfig config,
        ReferenceType type,
        BeanDescription description,
        @Nullable TypeSerializer typeSerializer,
        @Nullable JsonSerializer<Object> valueSerializer) {
      return isOptional(type) ? new Writer(type, typeSerializer, valueSerializer) : null;
    }
  }

  private static final class OptionalDeserializers extends Deserializers.Base {
    @Override
    public @Nullable JsonDeserializer<?> findReferenceDeserializer(
        ReferenceType type,
        DeserializationConfig config,
        BeanDescription description,
        @Nullable TypeDeserializer typeDeserializer,
        @Nullable JsonDeserializer<?> valueDeserializer) {
      return isOptional(type) ? new Reader(type, typeDeserializer, valueDeserializer) : null;
    }
  }

  private static final class Writer extends ReferenceTypeSerializer<Optional<?>> {
    private static final long serialVersionUID = 1L;

    Writer(
        ReferenceType type,
        @Nullable TypeSerializer typeSerializer,
        @Nullable JsonSerializer<Object> valueSerializer) {
      super(type, false, typeSerializer, valueSerializer);
    }

    private Writer(
        Writer base,
        @Nullable BeanProperty property,
        @Nullable TypeSerializer typeSerializer,
        @Nullable JsonSerializer<?> valueSerializer,
        @Nullable NameTransformer unwrapper,
        @Nullable Object suppressable,
        boolean suppressNulls) {
      super(
          base, property, typeSerializer, valueSerializer, unwrapper, suppressable, suppressNulls);
    }

    @Override
    protected Writer withResolved(
        @Nullable BeanProperty property,
        @Nullable TypeSerializer typeSerializer,
        @Nullable JsonSerializer<?> valueSerializer,
        @Nullable NameTransformer unwrapper) {
      return new Writer(
          this,
          property,
          typeSerializer,
          valueSerializer,
          unwrapper,
          _suppressableValue,
          _suppressNulls);
    }

    @Override
    public Writer withContentInclusion(@Nullable Object suppressable, boolean suppressNulls) {
      return new Writer(
          this,
          _property,
          _valueTypeSerializer,
          _valueSerializer,
          _unwrapper,
          suppressable,
          suppressNulls);
    }

    @Override
    protected boolean _isValuePresent(Optional<?> value) {
      return value.isPresent();
    }

    @Override
    protected Object _getReferenced(Optional<?> value) {
      return value.orElseThrow();
    }

    @Override
    protected @Nullable Object _getReferencedIfPresent(Optional<?> value) {
      return value.orElse(null);
    }
  }

  private static final class Reader extends ReferenceTypeDeserializer<Optional<?>> {
    private static final long serialVersionUID = 1L;

    Reader(
        JavaType type,
        @Nullable TypeDeserializer typeDeserializer,
        @Nullable JsonDeserializer<?> valueDeserializer) {
      super(type, null, typeDeserializer, valueDeserializer);
    }

    @Override
    protected Reader withResolved(
        @Nullable TypeDeserializer typeDeserializer,
        @Nullable JsonDeserializer<?> valueDeserializer) {
      return new Reader(_fullType, typeDeserializer, valueDeserializer);
    }

    @Override
    public Optional<?> getNullValue(DeserializationContext context) throws JsonMappingException {
      return Optional.ofNullable(_valueDeserializer.getNullValue(context));
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return Optional.empty();
    }

    @Override
    public Optional<?> referenceValue(@Nullable Object contents) {
      return Optional.ofNullable(contents);
    }

    @Override
    public Optional<?> updateReference(Optional<?> reference, @Nullable Object contents) {
      return Optional.ofNullable(contents);
    }

    @Override
    public @Nullable Object getReferenced(Optional<?> reference) {
      return reference.orElse(null);
    }
  }
}
