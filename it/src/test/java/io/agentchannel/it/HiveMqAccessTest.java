package io.agentchannel.it;

import java.nio.file.Path;

/** The {@code credentials.xml}, carried out by HiveMQ's own permissions. */
class HiveMqAccessTest extends AccessContract {

  @Override
  RunningBroker start(Path folder, AccessRules rules) throws Exception {
    return HiveMqBroker.start(folder, rules.rbac());
  }
}
