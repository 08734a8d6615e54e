package io.agentchannel.http.guest;

import io.agentchannel.AgentException;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.http.webhook.WebhookSender;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Replies as webhooks.
 *
 * @param sender null where nothing is configured to sign with: then every address is refused
 */
record SignedCallbacks(@Nullable WebhookSender sender) implements Callbacks {

  @Override
  public void check(URI url) {
    required().check(url);
  }

  @Override
  public void deliver(Callback callback) {
    required()
        .send(
            callback.id(),
            callback.url(),
            callback.contentType(),
            callback.body(),
            callback.headers());
  }

  private WebhookSender required() {
    if (sender == null) {
      throw new AgentException(
          Code.FAILED_PRECONDITION,
          Outcome.NOT_SENT,
          "this agent delivers no replies: it has no webhook.secret to sign them with");
    }
    return sender;
  }
}
