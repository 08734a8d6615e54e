package io.agentchannel.mqtt;

import io.agentchannel.AgentException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The links of one session by their ids, and the attempts to make some. Thread-safe. */
final class LinkTable {
  /** Links at once; far above what one process can use, and well below what could harm it. */
  private static final int MOST = 16 * 1024;

  private final Map<LinkId, MqttLink> links = new ConcurrentHashMap<>();
  private final Map<LinkId, Contact> contacts = new ConcurrentHashMap<>();
  private final Runnable onEmpty;

  /**
   * @param onEmpty runs when the last of them has gone
   */
  LinkTable(Runnable onEmpty) {
    this.onEmpty = onEmpty;
  }

  /** Whether there are as many as there may be. */
  boolean isFull() {
    return links.size() >= MOST;
  }

  /** False if one has this id already. */
  boolean add(MqttLink link) {
    return links.putIfAbsent(link.id(), link) == null;
  }

  void remove(MqttLink link) {
    links.remove(link.id());
    checkEmpty();
  }

  @Nullable MqttLink link(LinkId id) {
    return links.get(id);
  }

  void expectAnswer(LinkId id, Contact contact) {
    contacts.put(id, contact);
  }

  void expectNoAnswer(LinkId id) {
    contacts.remove(id);
    checkEmpty();
  }

  private void checkEmpty() {
    if (isEmpty()) {
      onEmpty.run();
    }
  }

  /** Somebody has answered a hello. */
  void onAnswer(LinkId id) {
    Contact contact = contacts.get(id);
    if (contact != null) {
      contact.succeed();
    }
  }

  boolean isEmpty() {
    return links.isEmpty() && contacts.isEmpty();
  }

  /** All links close in order. */
  void leave() {
    List.copyOf(links.values()).forEach(MqttLink::leave);
  }

  /** The connection has ended. */
  void onLost(AgentException why) {
    List.copyOf(contacts.values()).forEach(contact -> contact.fail(why));
    List.copyOf(links.values()).forEach(link -> link.onLost(why));
  }
}
