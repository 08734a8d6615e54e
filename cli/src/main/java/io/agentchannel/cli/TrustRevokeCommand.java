package io.agentchannel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.agentchannel.AgentId;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Takes an approval back. */
@Command(
    name = "revoke",
    description =
        "Takes an approval back: running agents close that agent's links and cancel its calls."
            + " Strikes it off the list if it only waits.")
final class TrustRevokeCommand extends TrustAdminCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "did:key:z6Mk…, or z6Mk… alone.")
  String id = "";

  TrustRevokeCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    AgentId revoked = id(id);
    trust(
        store -> {
          store.revoke(revoked);
          return revoked;
        });
    Results results = new Results(console, json);
    if (json) {
      results.write(JsonNodeFactory.instance.objectNode().put("revoked", revoked.toString()));
    } else {
      results.line(revoked + " may call nothing here");
    }
    return 0;
  }
}
