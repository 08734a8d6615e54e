package io.agentchannel.core.codec;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code java.time} as ISO-8601 texts, which the JDK itself writes and reads. */
final class TimeTypes {
  private static final List<TimeType<?>> TYPES =
      List.of(
          new TimeType<>(Instant.class, Instant::parse, "2026-01-31T12:00:00Z"),
          new TimeType<>(Duration.class, Duration::parse, "PT5S"),
          new TimeType<>(Period.class, Period::parse, "P1D"),
          new TimeType<>(LocalDate.class, LocalDate::parse, "2026-01-31"),
          new TimeType<>(LocalTime.class, LocalTime::parse, "12:00"),
          new TimeType<>(LocalDateTime.class, LocalDateTime::parse, "2026-01-31T12:00"),
          new TimeType<>(OffsetDateTime.class, OffsetDateTime::parse, "2026-01-31T12:00+01:00"),
          new TimeType<>(
              ZonedDateTime.class, ZonedDateTime::parse, "2026-01-31T12:00+01:00[Europe/Berlin]"),
          new TimeType<>(Year.class, Year::parse, "2026"),
          new TimeType<>(YearMonth.class, YearMonth::parse, "2026-01"),
          new TimeType<>(ZoneId.class, ZoneId::of, "Europe/Berlin"),
          new TimeType<>(ZoneOffset.class, ZoneOffset::of, "+01:00"));

  private TimeTypes() {}

  static SimpleModule module() {
    SimpleModule module = new SimpleModule("agentchannel-time");
    TYPES.forEach(type -> type.addTo(module));
    return module;
  }

  /** How a value of this class looks, or null if it is not of {@code java.time}. */
  static @Nullable String exampleOf(Class<?> type) {
    return TYPES.stream()
        .filter(known -> known.type() == type)
        .map(TimeType::example)
        .findFirst()
        .orElse(null);
  }

  private record TimeType<T>(Class<T> type, Function<String, T> parse, String example) {
    void addTo(SimpleModule module) {
      module.addSerializer(type, ToStringSerializer.instance);
      module.addDeserializer(type, new Reader<>(type, parse));
    }
  }

  private static final class Reader<T> extends FromStringDeserializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<String, T> parse;

    Reader(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    @SuppressWarnings("unchecked") // Made with the class of T.
    protected T _deserialize(String text, DeserializationContext context) throws IOException {
      try {
        return parse.apply(text);
      } catch (DateTimeException e) {
        return (T) context.handleWeirdStringValue(_valueClass, text, "not ISO-8601");
      }
    }
  }
}
