package io.agentchannel.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Codec;
import io.agentchannel.Outcome;
import io.agentchannel.Payload;
import io.agentchannel.TypeRef;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CodecsTest {
  private final Codecs codecs = new Codecs(List.of());

  record Point(int x, int y) {}

  @Test
  void aPayloadPassesAsItIs() {
    Payload payload = Payload.of("image/png", new byte[] {1, 2});

    assertThat(codecs.encode(payload, Payload.class)).isSameAs(payload);
    assertThat(codecs.decode(payload, Payload.class)).isSameAs(payload);
  }

  @Test
  void bytesAreTakenFromAnyContentType() {
    byte[] bytes = {0, -1, 2};

    assertThat(codecs.encode(bytes, byte[].class)).isEqualTo(Payload.ofBytes(bytes));
    assertThat(codecs.decode(Payload.of("image/png", bytes), byte[].class)).isEqualTo(bytes);
    assertThat(codecs.decode(Payload.ofJson("{}"), byte[].class)).isEqualTo(new byte[] {'{', '}'});
  }

  @Test
  void theArrayMayBeUsedAgainOnceItIsEncoded() {
    byte[] bytes = {1, 2, 3};
    Payload payload = codecs.encode(bytes, byte[].class);
    bytes[0] = 9;

    assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void nothingIsReadFromWhateverComes() {
    assertThat(codecs.encode(null, Void.class)).isEqualTo(Payload.ofJson("null"));
    assertThat(codecs.decode(Payload.ofJson("null"), Void.class)).isNull();
    assertThat(codecs.decode(Payload.ofText("done"), Void.class)).isNull();
    assertThat(codecs.shapeOf(Void.class)).isEqualTo("null");
  }

  @Test
  void nullIsNoPayloadNoTextAndNoBytes() {
    for (Type type : new Type[] {Payload.class, byte[].class, String.class}) {
      assertThatExceptionOfType(AgentException.class)
          .isThrownBy(() -> codecs.encode(null, type))
          .withMessageEndingWith("null is no value of it")
          .matches(e -> e.code() == Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void everythingElseIsJson() {
    assertThat(codecs.encode(new Point(1, 2), Point.class))
        .isEqualTo(Payload.ofJson("{\"x\":1,\"y\":2}"));
    assertThat(codecs.encode(List.of(new Point(1, 2)), new TypeRef<List<Point>>() {}.type()))
        .isEqualTo(Payload.ofJson("[{\"x\":1,\"y\":2}]"));
    assertThat(
            codecs.decode(
                Payload.ofJson("[{\"x\":1,\"y\":2}]"), new TypeRef<List<Point>>() {}.type()))
        .isEqualTo(List.of(new Point(1, 2)));
  }

  @Test
  void aUsersCodecComesFirst() {
    Codecs mine = new Codecs(List.of(new CommaPoints()));

    assertThat(mine.encode(new Point(1, 2), Point.class)).isEqualTo(Payload.ofText("1,2"));
    assertThat(mine.decode(Payload.ofText("3,4"), Point.class)).isEqualTo(new Point(3, 4));
    assertThat(mine.shapeOf(Point.class)).isEqualTo(Point.class.getTypeName());
    assertThat(mine.encode("text", String.class)).isEqualTo(Payload.ofText("text"));
  }

  @Test
  void theFirstOfTwoUsersCodecsWins() {
    Codec second = new CommaPoints();
    Codec first =
        new CommaPoints() {
          @Override
          public Payload encode(@Nullable Object value, Type type) {
            return Payload.ofText("first");
          }
        };

    assertThat(new Codecs(List.of(first, second)).encode(new Point(1, 2), Point.class))
        .isEqualTo(Payload.ofText("first"));
  }

  @Test
  void aUsersCodecThatFailsIsAnInvalidArgumentWithItsCause() {
    Codecs mine = new Codecs(List.of(new CommaPoints()));

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> mine.decode(Payload.ofText("secret"), Point.class, Outcome.PROCESSED))
        .withMessage("cannot read Point")
        .withCauseInstanceOf(RuntimeException.class)
        .matches(e -> e.code() == Code.INVALID_ARGUMENT && e.outcome() == Outcome.PROCESSED);
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> mine.encode(null, Point.class))
        .withMessage("cannot write Point")
        .withCauseInstanceOf(NullPointerException.class)
        .matches(e -> e.code() == Code.INVALID_ARGUMENT && e.outcome() == Outcome.NOT_SENT);
  }

  @Test
  void aUsersCodecMayChooseItsOwnFailure() {
    AgentException own = AgentException.application("no");
    Codecs mine = failingToDecode(own);

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> mine.decode(Payload.ofText("1,2"), Point.class))
        .isSameAs(own);
  }

  @Test
  void aCodecNeedNotKnowWhatBecameOfTheHandler() {
    AgentException own = new AgentException(Code.INVALID_ARGUMENT, Outcome.UNKNOWN, "not a point");
    Codecs mine = failingToDecode(own);

    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> mine.decode(Payload.ofText("1,2"), Point.class))
        .withMessage("not a point")
        .matches(e -> e.code() == Code.INVALID_ARGUMENT && e.outcome() == Outcome.NOT_SENT);
  }

  @Test
  void aRequestThatCannotBeReadWasNotRun() {
    assertThatExceptionOfType(AgentException.class)
        .isThrownBy(() -> codecs.decode(Payload.ofJson("{"), Point.class))
        .matches(e -> e.code() == Code.INVALID_ARGUMENT && e.outcome() == Outcome.NOT_SENT);
  }

  private static Codecs failingToDecode(AgentException failure) {
    return new Codecs(
        List.of(
            new CommaPoints() {
              @Override
              public Object decode(Payload payload, Type type) {
                throw failure;
              }
            }));
  }

  private static class CommaPoints implements Codec {
    @Override
    public boolean supports(Type type) {
      return type == Point.class;
    }

    @Override
    public Payload encode(@Nullable Object value, Type type) {
      Point point = (Point) value;
      return Payload.ofText(point.x() + "," + point.y());
    }

    @Override
    public Object decode(Payload payload, Type type) {
      String[] parts = payload.utf8().split(",", -1);
      return new Point(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
  }
}
