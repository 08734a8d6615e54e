package io.agentchannel.core.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.config.AgentHome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  /** Made by OpenSSL from 32 zero bytes; its id is the did:key method's example. */
  private static final String ZERO_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      -----END PRIVATE KEY-----
      """;

  private static final String ZERO_ID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

  @TempDir Path folder;

  @Test
  void aKeyThatOpensslMadeIsRead() throws IOException {
    Path file = write(ZERO_KEY, "rw-------");

    assertThat(open(file).id()).hasToString(ZERO_ID);
  }

  @Test
  void textAroundTheBlockAndWindowsLineEndsAreAllowed() throws IOException {
    Path file = write("my key:\r\n" + ZERO_KEY.replace("\n", "\r\n") + "bye\r\n", "rw-------");

    assertThat(open(file).id()).hasToString(ZERO_ID);
  }

  @Test
  void aMissingKeyIsMadeForItsOwnerAloneAndKept() throws IOException {
    Path file = folder.resolve("agent.pem");

    AgentId made = open(file).id();

    assertThat(modeOf(file)).isEqualTo("rw-------");
    assertThat(open(file).id()).isEqualTo(made);
    assertThat(filesIn(folder)).containsExactly("agent.pem");
    assertThat(Files.readString(file))
        .startsWith("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI")
        .endsWith("\n-----END PRIVATE KEY-----\n");
  }

  @Test
  void theDefaultIsInTheHomeUnderTheAgentsName() throws IOException {
    AgentHome home = AgentHome.of(Map.of(), folder.toString());

    AgentId made = IdentityKey.open(null, "planner", home).id();

    Path keys = folder.resolve(".agentchannel/keys");
    assertThat(filesIn(keys)).containsExactly("planner.pem");
    assertThat(modeOf(keys)).isEqualTo("rwx------");
    assertThat(IdentityKey.open(null, "planner", home).id()).isEqualTo(made);
    assertThat(IdentityKey.open(null, "other", home).id()).isNotEqualTo(made);
  }

  @Test
  void anEphemeralKeyNeedsNoHomeAndLeavesNothing() throws IOException {
    AgentHome none = AgentHome.of(Map.of(), null);

    assertThat(IdentityKey.open("ephemeral", "planner", none).id())
        .isNotEqualTo(IdentityKey.open("ephemeral", "planner", none).id());
    assertThat(filesIn(folder)).isEmpty();
  }

  @Test
  void aKeyFileOfOnesOwnNeedsNoHomeEither() throws IOException {
    Path file = write(ZERO_KEY, "rw-------");

    assertThat(IdentityKey.open(file.toString(), "x", AgentHome.of(Map.of(), null)).id())
        .hasToString(ZERO_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rw----r--", "rw-----w-", "rw------x", "rw-rw----", "rw--w----", "rw-r--r--"})
  void aKeyThatOthersCanReadOrWriteIsRefused(String mode) throws IOException {
    Path file = write(ZERO_KEY, mode);

    assertThat(errorOf(file)).endsWith("is open to other users; run chmod 600 " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "r--r-----", "rw-r-----", "rwx------"})
  void aKeyThatItsGroupMayOnlyReadIsAccepted(String mode) throws IOException {
    assertThat(open(write(ZERO_KEY, mode)).id()).hasToString(ZERO_ID);
  }

  @Test
  void modesAreThoseOfTheFileThatALinkLeadsTo() throws IOException {
    Path file = write(ZERO_KEY, "rw----r--");
    Path link = Files.createSymbolicLink(folder.resolve("link.pem"), file);

    assertThat(errorOf(link)).contains("is open to other users");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(open(link).id()).hasToString(ZERO_ID);
  }

  @Test
  void aLinkThatLeadsNowhereIsNotReplaced() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link.pem"), folder.resolve("gone"));

    assertThat(errorOf(link)).contains("does not exist");
    assertThat(folder.resolve("gone")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | is empty",
        "hello | is not a PEM file",
        "-----BEGIN PRIVATE KEY-----\\nMC4CAQAw | is cut off: its PRIVATE KEY has no end",
        "-----BEGIN PRIVATE KEY-----\\n???\\n-----END PRIVATE KEY----- | is damaged",
        "-----BEGIN PRIVATE KEY-----\\n-----END PRIVATE KEY----- | is damaged",
        "-----BEGIN PRIVATE KEY-----\\n"
            + "MC4CAQAwBQYDK2VwBCIEIAAAAAAA\\n"
            + "-----END PRIVATE KEY----- | is damaged: it is no PKCS#8 key",
        "-----BEGIN PRIVATE KEY-----\\n"
            + "AAAA\\n"
            + "-----END PRIVATE KEY----- | is damaged: it is no PKCS#8 key",
        "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY----- | holds a block 'PUBLIC KEY'",
        "-----BEGIN OPENSSH PRIVATE KEY-----\\n"
            + "AAAA\\n"
            + "-----END OPENSSH PRIVATE KEY----- | holds a block 'OPENSSH PRIVATE KEY'",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\\n"
            + "AAAA\\n"
            + "-----END ENCRYPTED PRIVATE KEY----- | holds a block 'ENCRYPTED PRIVATE KEY'",
      })
  void whatIsNoKeyIsOneLine(String content, String problem) throws IOException {
    Path file = write(content.replace("\\n", "\n"), "rw-------");

    assertThat(errorOf(file)).startsWith("the identity key " + file + " " + problem);
    assertThat(Files.readString(file)).as("left alone").isEqualTo(content.replace("\\n", "\n"));
  }

  @ParameterizedTest
  @CsvSource({"RSA, an RSA", "EC, an EC", "X25519, an X25519", "Ed448, another kind of"})
  void anotherKindOfKeyIsNamed(String algorithm, String named) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    byte[] der = generator.generateKeyPair().getPrivate().getEncoded();
    Path file = write(Pem.write(Pem.PRIVATE_KEY, der), "rw-------");

    assertThat(errorOf(file)).contains("holds " + named + " key, agents need an Ed25519 key");
  }

  @Test
  void aDirectoryAndAMissingFolderAreOneLine() {
    assertThat(errorOf(folder)).contains("is a directory");
    assertThat(errorOf(folder.resolve("no/such/agent.pem"))).contains("there is no folder for it");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void threadsThatStartAtOnceEndWithOneKey() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 20; round++) {
        Path file = folder.resolve("agent-" + round + ".pem");
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Future<AgentId>> ids = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          ids.add(
              pool.submit(
                  () -> {
                    start.await(10, TimeUnit.SECONDS);
                    return open(file).id();
                  }));
        }
        Set<AgentId> distinct = new HashSet<>();
        for (Future<AgentId> id : ids) {
          distinct.add(id.get(10, TimeUnit.SECONDS));
        }
        assertThat(distinct).containsExactly(open(file).id());
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(filesIn(folder)).hasSize(20);
  }

  @Test
  void processesThatStartAtOnceEndWithOneKey() throws Exception {
    Path file = folder.resolve("agent.pem");
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        processes.add(
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path", "") + File.pathSeparator + testClasses(),
                    Opener.class.getName(),
                    file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      Set<String> ids = new HashSet<>();
      for (Process process : processes) {
        ids.add(
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      }
      assertThat(ids).containsExactly(open(file).id().toString());
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** Opens a key in a process of its own and prints its id. */
  static final class Opener {
    public static void main(String[] args) {
      System.out.println(KeyFile.loadOrCreate(Path.of(args[0])).id());
    }
  }

  private static String testClasses() throws Exception {
    return Path.of(KeyFileTest.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  private static IdentityKey open(Path file) {
    return KeyFile.loadOrCreate(file);
  }

  private static String errorOf(Path file) {
    AgentException e = catchThrowableOfType(AgentException.class, () -> open(file));
    assertThat(e).as("refused").isNotNull();
    assertThat(e.code()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(e.getMessage())
        .startsWith("the identity key " + file + " ")
        .matches(m -> m.chars().noneMatch(Character::isISOControl));
    return e.getMessage();
  }

  private Path write(String content, String mode) throws IOException {
    Path file = Files.writeString(folder.resolve("agent.pem"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static String modeOf(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static List<String> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
