package io.agentchannel.core.trust;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;

/**
 * One small JSON file of a home: read whole, replaced whole and at once, never open to others. A
 * file that is not there, or empty, is the empty value. Whoever changes it holds the {@link
 * HomeLock}.
 *
 * @param <T> what it holds, a record
 */
final class JsonFile<T> {
  private static final int MAX_BYTES = 4 << 20;

  private static final Set<PosixFilePermission> FOREIGN_WRITERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(texts())
          .build();

  private final Path file;
  private final Class<T> type;
  private final T empty;

  JsonFile(Path file, Class<T> type, T empty) {
    this.file = file;
    this.type = type;
    this.empty = empty;
  }

  Path path() {
    return file;
  }

  Stamp stamp() {
    return Stamp.of(file);
  }

  /**
   * @throws AgentException {@link Code#FAILED_PRECONDITION}; one line that names the file and says
   *     what to do
   */
  T read() {
    try (InputStream in = Files.newInputStream(file)) {
      requireOwnersAlone();
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failed("is larger than 4 MiB, which this runtime never wrote");
      }
      return bytes.length == 0 ? empty : MAPPER.readValue(bytes, type);
    } catch (NoSuchFileException e) {
      return empty;
    } catch (JsonProcessingException e) {
      throw failed("is damaged: " + OneLine.of(e.getOriginalMessage()) + "; mend or remove it");
    } catch (IOException e) {
      throw failed("cannot be read: " + OneLine.of(e.getMessage()));
    }
  }

  /**
   * @throws AgentException {@link Code#FAILED_PRECONDITION} if it cannot be written
   */
  void replace(T value) {
    try {
      byte[] bytes = MAPPER.writeValueAsBytes(value);
      // Made with mode 0600 where the file system has modes.
      Path draft = Files.createTempFile(file.getParent(), ".trust", ".tmp");
      try {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
          channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException e) {
      throw failed("cannot be written: " + OneLine.of(e));
    }
  }

  /** Whoever can write these files chooses who may call. */
  private void requireOwnersAlone() throws IOException {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(FOREIGN_WRITERS::contains)) {
        throw failed("can be written by other users; run chmod 600 " + OneLine.of(file));
      }
    } catch (UnsupportedOperationException e) {
      // A file system without modes.
    }
  }

  private AgentException failed(String problem) {
    return new AgentException(
        Code.FAILED_PRECONDITION, Outcome.NOT_SENT, "the file " + OneLine.of(file) + " " + problem);
  }

  private static SimpleModule texts() {
    return new SimpleModule()
        .addSerializer(AgentId.class, ToStringSerializer.instance)
        .addSerializer(Instant.class, ToStringSerializer.instance)
        .addDeserializer(AgentId.class, new IdReader())
        .addDeserializer(Instant.class, new InstantReader());
  }

  private static final class IdReader extends FromStringDeserializer<AgentId> {
    private static final long serialVersionUID = 1L;

    IdReader() {
      super(AgentId.class);
    }

    @Override
    protected AgentId _deserialize(String text, DeserializationContext context) {
      return AgentId.parse(text);
    }
  }

  private static final class InstantReader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return Instant.parse(parser.getText());
      } catch (DateTimeParseException e) {
        return (Instant)
            context.handleWeirdStringValue(Instant.class, parser.getText(), "not an ISO-8601 time");
      }
    }
  }
}
