package io.agentchannel.core.exchange;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import io.agentchannel.Requests;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call as it has reached the handler's side in a test. Requests are taken when told. */
final class Served implements Requests {
  final Call call;
  final Replies replies;
  final List<Payload> items = new ArrayList<>();
  boolean complete;
  int readyTold;
  @Nullable AgentException cancelled;

  Served(Call call, Replies replies) {
    this.call = call;
    this.replies = replies;
  }

  void reply(String text, boolean last) {
    replies.item(Payload.ofText(text), last);
  }

  List<String> texts() {
    return items.stream().map(Payload::utf8).toList();
  }

  @Override
  public void item(Payload item, boolean last) {
    if (complete) {
      throw new AssertionError("a request after the last");
    }
    items.add(item);
    complete = last;
  }

  @Override
  public void complete() {
    complete = true;
  }

  @Override
  public void cancel(AgentException reason) {
    if (cancelled != null) {
      throw new AssertionError("cancelled twice");
    }
    cancelled = reason;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void onReady() {
    readyTold++;
  }

  @Override
  public void taken(int count) {}
}
