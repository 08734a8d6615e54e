package io.agentchannel.it;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;

/** The lines for {@code acl_file}, in the mosquitto that is installed here. */
@EnabledIf(value = "isInstalled", disabledReason = "there is no mosquitto on the PATH")
class MosquittoAccessTest extends AccessContract {

  static boolean isInstalled() {
    return Mosquitto.isInstalled();
  }

  @Override
  RunningBroker start(Path folder, AccessRules rules) throws Exception {
    Path file = Files.writeString(folder.resolve("rules"), rules.acl());
    return Mosquitto.start(folder, "acl_file " + file);
  }
}
