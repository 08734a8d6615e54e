package io.agentchannel.core.trust;

import io.agentchannel.AgentId;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * An invitation as it is handed over: {@code agentchannel:did:key:z6Mk…?at=URI&at=URI&secret=…},
 * values in percent encoding, the secret in base64url. Immutable; the array is the owner's.
 */
public record Invitation(AgentId id, List<URI> at, byte[] secret) {
  public static final String SCHEME = "agentchannel";

  private static final int MAX_CHARS = 8192;
  private static final int MAX_SECRET = 64;

  public Invitation {
    at = List.copyOf(at);
  }

  /** Whether a target looks like one. */
  public static boolean isInvitation(String text) {
    return text.regionMatches(true, 0, SCHEME + ":", 0, SCHEME.length() + 1);
  }

  public static boolean isInvitation(URI uri) {
    return uri.getScheme() != null && SCHEME.equals(uri.getScheme().toLowerCase(Locale.ROOT));
  }

  /**
   * Reads the text form. No message shows the secret.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static Invitation parse(String text) {
    int question = text.indexOf('?');
    if (!isInvitation(text) || question < 0 || text.length() > MAX_CHARS) {
      throw invalid("it begins agentchannel:did:key:z6Mk… and has at= and secret= behind a ?");
    }
    AgentId id = AgentId.parse(text.substring(SCHEME.length() + 1, question));
    List<URI> at = new ArrayList<>();
    byte[] secret = null;
    for (String pair : text.substring(question + 1).split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      switch (name) {
        case "at" -> at.add(endpoint(value));
        case "secret" -> secret = secret(value);
        default -> {
          // Later versions may say more.
        }
      }
    }
    if (at.isEmpty() || secret == null) {
      throw invalid("it has an endpoint, at=, and a secret=");
    }
    return new Invitation(id, at, secret);
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("its percent encoding is broken");
    }
  }

  private static URI endpoint(String value) {
    try {
      URI endpoint = new URI(value);
      if (endpoint.getScheme() != null && !isInvitation(endpoint)) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      // The same answer as for one without a scheme.
    }
    throw invalid("what stands at at= is no endpoint");
  }

  private static byte[] secret(String value) {
    try {
      byte[] secret = Base64.getUrlDecoder().decode(value);
      if (secret.length > 0 && secret.length <= MAX_SECRET) {
        return secret;
      }
    } catch (IllegalArgumentException e) {
      // The same answer as for one of the wrong length.
    }
    throw invalid("its secret is cut off or damaged");
  }

  private static IllegalArgumentException invalid(String problem) {
    return new IllegalArgumentException("not an invitation: " + problem);
  }

  /** The text form, with the secret. */
  public String toUri() {
    StringBuilder text = new StringBuilder(SCHEME).append(':').append(id).append('?');
    for (URI endpoint : at) {
      text.append("at=")
          .append(URLEncoder.encode(endpoint.toString(), StandardCharsets.UTF_8))
          .append('&');
    }
    return text.append("secret=")
        .append(Base64.getUrlEncoder().withoutPadding().encodeToString(secret))
        .toString();
  }

  /** What may be shown of it: never the secret. */
  @Override
  public String toString() {
    return SCHEME + ":" + id;
  }
}
