package io.agentchannel.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules that {@code docs/mqtt.md} shows, for the agents of a test: a librarian, a caller that
 * has what the guide gives a librarian, and a reader that may read the librarian's events as well.
 */
record AccessRules(String librarian, String caller, String reader) {
  /** Of everybody, where the guide has three dots. */
  static final String PASSWORD = "opening hours";

  private static final String ID_IN_GUIDE = "did:key:z6MkLibrarian";
  private static final Pattern ACL =
      Pattern.compile("```\n(user librarian\n.*?)```", Pattern.DOTALL);
  private static final Pattern CREDENTIALS =
      Pattern.compile("```xml\n(<file-rbac>\n.*?)```", Pattern.DOTALL);
  private static final Pattern FOR_READERS = Pattern.compile("`(topic read (\\S+))` to the rules");

  /** An {@code acl_file} of mosquitto. */
  String acl() throws IOException {
    String[] users = inGuide(ACL).group(1).split("\n\n");
    assertThat(users).hasSize(2);
    return String.join(
        "\n\n",
        users[0].replace(ID_IN_GUIDE, librarian),
        users[1],
        ownedBy("caller", caller, users[0]),
        ownedBy("reader", reader, users[0]) + "\n" + inGuide(FOR_READERS).group(1));
  }

  /** What HiveMQ is told. */
  FileRbac rbac() throws IOException {
    String file = inGuide(CREDENTIALS).group(1).replace("…", PASSWORD);
    String forReaders =
        "<permission><topic>"
            + inGuide(FOR_READERS).group(2)
            + "</topic><activity>SUBSCRIBE</activity></permission></permissions>";
    return new FileRbac(
        List.of(
            ownedBy("reader", reader, file).replaceFirst("</permissions>", forReaders),
            ownedBy("caller", caller, file),
            file.replace(ID_IN_GUIDE, librarian)));
  }

  private static String ownedBy(String name, String id, String rules) {
    return rules.replace(ID_IN_GUIDE, id).replace("librarian", name);
  }

  private static Matcher inGuide(Pattern what) throws IOException {
    Matcher found = what.matcher(Files.readString(Path.of("..", "docs", "mqtt.md")));
    assertThat(found.find()).as("what the guide says as " + what).isTrue();
    return found;
  }
}
