package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import io.agentchannel.AgentId;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where everything is under one root. All that an agent receives of others is under {@code
 * {root}/agents/} and its own id or name, so that a broker's access rules can confine it to its
 * own:
 *
 * <pre>
 * {root}/agents/{id}/hello                 links begin here
 * {root}/agents/{id}/inbox/{place}         packets, for one connection of one process
 * {root}/agents/{name}/request/{operation} calls of plain clients
 * {root}/agents/{name}/card                what the agent says of itself, retained
 * {root}/events/{name}/{topic}             events of public topics
 * {root}/reply/...                         for plain clients to be answered at
 * </pre>
 *
 * Immutable.
 */
final class Topics {
  static final String DEFAULT_ROOT = "agentchannel/v1";

  private static final int LONGEST_ROOT = 256;
  private static final int LONGEST_ID = 100;

  /** An instance and a tag, see {@link Place}. */
  private static final int PLACE_LENGTH = 22;

  private final String root;
  private final String agents;

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if topics cannot be under this root
   */
  Topics(String root) {
    if (root.isEmpty()
        || root.length() > LONGEST_ROOT
        || root.startsWith("$")
        || ("/" + root + "/").contains("//")
        || !root.chars().allMatch(c -> c > ' ' && c <= '~' && c != '+' && c != '#')) {
      throw new AgentException(
          Code.INVALID_ARGUMENT,
          Outcome.NOT_SENT,
          "mqtt.root: must be levels of printable ASCII like "
              + DEFAULT_ROOT
              + ", without + and #, and not begin with $");
    }
    this.root = root;
    this.agents = root + "/agents/";
  }

  String hello(AgentId agent) {
    return agents + agent + "/hello";
  }

  String inbox(AgentId agent, String place) {
    return agents + agent + "/inbox/" + place;
  }

  /** Everything in front of the operation. */
  String requests(String name) {
    return agents + escape(name) + "/request/";
  }

  String card(String name) {
    return agents + escape(name) + "/card";
  }

  String event(String name, String topic) {
    return root + "/events/" + escape(name) + "/" + escape(topic);
  }

  /**
   * Whether a plain client may be answered there: an agent must not be made to publish in the place
   * of others, so nothing under the root is allowed but what is for this, and nothing that belongs
   * to the broker.
   */
  boolean mayAnswerAt(String topic) {
    if (topic.startsWith("$") || topic.equals(root)) {
      return false;
    }
    return !topic.startsWith(root + "/") || topic.startsWith(root + "/reply/");
  }

  /**
   * An inbox.
   *
   * @param agent whose it is, if the broker confines agents to their own topics
   */
  record Inbox(String topic, AgentId agent, String place) {}

  /** The parts of a topic that is somebody's inbox; null if it is none. */
  @Nullable Inbox inboxOf(String topic) {
    int place = topic.length() - PLACE_LENGTH;
    int agentEnd = place - "/inbox/".length();
    int idLength = agentEnd - agents.length();
    if (idLength <= 0
        || idLength > LONGEST_ID
        || !topic.startsWith(agents)
        || !topic.startsWith("/inbox/", agentEnd)
        || !topic.substring(place).chars().allMatch(Topics::isHex)) {
      return null;
    }
    try {
      AgentId agent = AgentId.parse(topic.substring(agents.length(), agentEnd));
      return new Inbox(topic, agent, topic.substring(place));
    } catch (IllegalArgumentException notAnId) {
      return null;
    }
  }

  private static boolean isHex(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c == '-';
  }

  /**
   * A name as one level of a topic: each byte of its UTF-8 form that is not one of {@code A-Z a-z
   * 0-9 . _ - :} is written as {@code %} and two upper-case hex digits (as RFC 3986, section 2.1,
   * does). Names that follow the rule for names stay as they are.
   */
  static String escape(String name) {
    StringBuilder level = new StringBuilder(name.length());
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isPlain(c)) {
        level.append(c);
      } else {
        level
            .append('%')
            .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
            .append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
      }
    }
    return level.toString();
  }

  /** The name that was escaped; null if it was not written by {@link #escape}. */
  static @Nullable String unescape(String level) {
    byte[] name = new byte[level.length()];
    int length = 0;
    for (int i = 0; i < level.length(); i++) {
      char c = level.charAt(i);
      if (c == '%' && i + 2 < level.length()) {
        int high = Character.digit(level.charAt(++i), 16);
        int low = Character.digit(level.charAt(++i), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        name[length++] = (byte) (high << 4 | low);
      } else if (isPlain(c)) {
        name[length++] = (byte) c;
      } else {
        return null;
      }
    }
    String text = new String(name, 0, length, StandardCharsets.UTF_8);
    return escape(text).equals(level) ? text : null;
  }

  private static boolean isPlain(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-'
        || c == ':';
  }

  @Override
  public String toString() {
    return root;
  }
}
