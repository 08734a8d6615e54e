package io.agentchannel.core.config;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Reads configuration files. */
public final class YamlFiles {
  static final int MAX_BYTES = 1024 * 1024;

  private YamlFiles() {}

  /**
   * Reads a YAML file (UTF-8, at most 1 MiB) whose root is a map. A file with comments alone is an
   * empty map. The result and all in it are unmodifiable; scalars are the texts that were written,
   * since only the key says what a value means.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT}, one line: file, line and column, what to
   *     do
   */
  public static Map<String, Object> read(Path file) {
    return YamlText.parseMap(readText(file), OneLine.of(file));
  }

  private static String readText(Path file) {
    if (Files.isDirectory(file)) {
      throw invalid(file, "is a directory; name a YAML file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw invalid(file, "is larger than 1 MiB; this cannot be a configuration");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException e) {
      throw invalid(file, "does not exist; create it or name another");
    } catch (AccessDeniedException e) {
      throw invalid(file, "may not be read; give this user the right to read it");
    } catch (CharacterCodingException e) {
      throw invalid(file, "is not UTF-8 text; save it as UTF-8");
    } catch (IOException e) {
      throw invalid(file, "cannot be read: " + OneLine.of(e.getMessage()));
    }
  }

  private static AgentException invalid(Path file, String problem) {
    return new AgentException(
        Code.INVALID_ARGUMENT, Outcome.NOT_SENT, OneLine.of(file) + " " + problem);
  }
}
