package io.agentchannel.core.security;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.core.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of an identity key: PEM, PKCS#8 (RFC 8410), readable by its owner alone. However many
 * processes start at once, one of them makes the key and all use it.
 */
final class KeyFile {
  private static final Logger log = LoggerFactory.getLogger(KeyFile.class);

  private static final String WHAT = "the identity key";
  private static final String MAKE =
      "make one with `openssl genpkey -algorithm ed25519 -out FILE`, or name a file that does not"
          + " exist yet";

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE,
          PosixFilePermission.GROUP_WRITE);

  private KeyFile() {}

  /** Also true for a link that leads nowhere: then reading it says so. */
  static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * @throws AgentException {@link Code#FAILED_PRECONDITION}; one line that names the file and says
   *     what to do
   */
  static IdentityKey loadOrCreate(Path file) {
    try {
      return exists(file) ? load(file) : create(file.toAbsolutePath());
    } catch (UnusableFileException e) {
      throw e.about(WHAT, file);
    }
  }

  /** Whose key is there; a key that its group can read is no news here. */
  static AgentId idIn(Path file) {
    try {
      return read(file).id();
    } catch (UnusableFileException e) {
      throw e.about(WHAT, file);
    }
  }

  private static IdentityKey load(Path file) throws UnusableFileException {
    IdentityKey key = read(file);
    if (isGroupReadable(file)) {
      log.warn("the identity key {} can be read by its group", OneLine.of(file));
    }
    return key;
  }

  private static IdentityKey read(Path file) throws UnusableFileException {
    Pem.Block block = Pem.read(file).get(0);
    requirePrivate(file);
    if (!block.label().equals(Pem.PRIVATE_KEY)) {
      throw new UnusableFileException(
          "holds a block '" + block.label() + "', not an Ed25519 key in PKCS#8; " + MAKE);
    }
    try {
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(block.der());
      ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
      if (!algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
        throw new UnusableFileException(
            "holds " + nameOf(algorithm) + " key, agents need an Ed25519 key; " + MAKE);
      }
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(info);
      return IdentityKey.of((Ed25519PrivateKeyParameters) key);
    } catch (IOException | RuntimeException e) {
      throw new UnusableFileException(
          "is damaged: it is no PKCS#8 key; restore it from a backup, or " + MAKE);
    }
  }

  private static String nameOf(ASN1ObjectIdentifier algorithm) {
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return "an RSA";
    }
    if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "an EC";
    }
    if (algorithm.equals(EdECObjectIdentifiers.id_X25519)) {
      return "an X25519";
    }
    return "another kind of";
  }

  /** Whoever can read the key can be this agent, and whoever can write it chooses who it is. */
  private static void requirePrivate(Path file) throws UnusableFileException {
    if (permissions(file).stream().anyMatch(OTHERS::contains)) {
      throw new UnusableFileException("is open to other users; run chmod 600 " + OneLine.of(file));
    }
  }

  private static boolean isGroupReadable(Path file) throws UnusableFileException {
    return permissions(file).contains(PosixFilePermission.GROUP_READ);
  }

  /** Empty where the file system has no modes. */
  private static Set<PosixFilePermission> permissions(Path file) throws UnusableFileException {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (UnsupportedOperationException e) {
      return Set.of();
    } catch (IOException e) {
      throw new UnusableFileException("may not be read by this user");
    }
  }

  private static IdentityKey create(Path file) throws UnusableFileException {
    IdentityKey key = IdentityKey.ephemeral();
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UnusableFileException("cannot be made: there is no folder for it; create that");
    }
    try {
      // Made with mode 0600 where the file system has modes.
      Path draft = Files.createTempFile(folder, ".key", ".tmp");
      try {
        write(draft, encoded(key));
        publish(draft, file);
        sync(folder);
        log.info("made the identity key {} of {}", OneLine.of(file), key.id());
        return key;
      } catch (FileAlreadyExistsException e) {
        return load(file);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (AccessDeniedException e) {
      throw new UnusableFileException(
          "cannot be made: this user may not write there; name another file or `ephemeral`");
    } catch (IOException e) {
      throw new UnusableFileException("cannot be made: " + OneLine.of(e.getMessage()));
    }
  }

  /**
   * Gives the finished file its name, unless another process was first. A hard link does both in
   * one step; a rename would replace the other's key without notice.
   *
   * @throws FileAlreadyExistsException if another was first
   */
  private static void publish(Path draft, Path file) throws IOException {
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // A file system without hard links (FAT, some network shares): this looks first and then
      // renames, which is as near as it gets there.
      Files.move(draft, file);
    }
  }

  private static void write(Path draft, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  /** So that the name survives a loss of power too; not every system lets one open a folder. */
  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("the folder of the identity key cannot be synced", e);
    }
  }

  private static byte[] encoded(IdentityKey key) throws IOException {
    // Version 1, without the public key: OpenSSL 3 does not read the other.
    DEROctetString seed = new DEROctetString(key.parameters().getEncoded());
    byte[] der =
        new PrivateKeyInfo(new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519), seed)
            .getEncoded();
    return Pem.write(Pem.PRIVATE_KEY, der).getBytes(StandardCharsets.US_ASCII);
  }
}
