package io.agentchannel.core.call;

import io.agentchannel.AgentException;
import io.agentchannel.Conversation;
import io.agentchannel.Payload;
import io.agentchannel.core.codec.Codecs;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * One side of a duplex call, the opener's or the handler's: the {@link Conversation} for the user,
 * and what the side is told of the other. The opener's {@link Port} is made of {@code Requests} and
 * the rest is fed by {@code Replies}; at the handler's it is the other way round.
 *
 * <p>{@link #item}, {@link #complete} and {@link #end} are called serially; {@link #onReady} from
 * anywhere. None of them blocks or calls the user's code.
 *
 * @param <S> what this side sends
 * @param <R> what this side receives
 */
public final class DuplexSide<S, R> {

  /** The way to the other side. None of its methods blocks. */
  public interface Port {

    /** One message; never two at once, and none after {@link #complete}. */
    void send(Payload message);

    /** This side sends no more; at most once. */
    void complete();

    /** Whether the other side has room; {@link DuplexSide#onReady} follows when it has again. */
    boolean isReady();

    /** The user has taken so many messages; from any thread. */
    void taken(int count);

    /**
     * The user gives the call up: at most once, from any thread, not after {@link DuplexSide#end}.
     * If {@code end} is called from within, its outcome is what the user is told.
     */
    void cancel(AgentException reason);
  }

  private final Talk<S, R> talk;

  /**
   * @param operation for messages
   */
  public DuplexSide(String operation, Port port, Codecs codecs, Type sends, Type receives) {
    this.talk = new Talk<>(operation, new Values(codecs), port, sends, receives);
  }

  public Conversation<S, R> conversation() {
    return talk;
  }

  /** The other side sent a message. */
  public void item(Payload message) {
    talk.item(message);
  }

  /** The other side sends no more, but still receives. */
  public void complete() {
    talk.peerCompleted();
  }

  /**
   * The call is over, in both directions; what has arrived can still be received.
   *
   * @param failure null if it ended well
   */
  public void end(@Nullable AgentException failure) {
    talk.end(failure);
  }

  /** The port has become ready. */
  public void onReady() {
    talk.wakeSender();
  }

  /** Ends the call as {@link Conversation#close} does, with another reason. */
  public void giveUp(AgentException reason) {
    talk.stop(reason);
  }
}
