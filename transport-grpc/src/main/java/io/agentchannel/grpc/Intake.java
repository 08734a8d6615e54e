package io.agentchannel.grpc;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds the messages of one call that wait for their taker. Further ones are asked for while few
 * wait and few are asked for already; all of them together never hold more than 64 MiB, however
 * large they are. Thread-safe.
 */
final class Intake {
  private static final int MOST_MESSAGES = 64;
  private static final int MOST_BYTES = 64 * 1024 * 1024;

  /** When this much waits, no more is asked for. */
  private static final int ENOUGH_BYTES = 256 * 1024;

  private final int most;
  private final Queue<Integer> waiting = new ArrayDeque<>();
  private int bytes;
  private int asked;

  /**
   * @param maxMessage bytes of the largest message that can come
   */
  Intake(int maxMessage) {
    this.most = Math.max(2, Math.min(MOST_MESSAGES, MOST_BYTES / maxMessage));
  }

  /** One of those that were asked for has come. */
  synchronized void arrived(int size) {
    asked--;
    waiting.add(size);
    bytes += size;
  }

  synchronized void taken(int count) {
    for (int i = 0; i < count && !waiting.isEmpty(); i++) {
      bytes -= waiting.remove();
    }
  }

  /** How many to ask for now; they count as asked for. */
  synchronized int next() {
    int room = bytes >= ENOUGH_BYTES ? 0 : most - waiting.size() - asked;
    // In halves, so that a stream does not ask for each message.
    if (room < most / 2) {
      return 0;
    }
    asked += room;
    return room;
  }
}
