package io.agentchannel.it;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.MqttActivity;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.PermissionType;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.Qos;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.Retain;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission.SharedSubscription;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Reads a {@code credentials.xml} as HiveMQ's file RBAC extension documents it, and gives each user
 * the permissions of its roles. What those allow is HiveMQ's own to say; what they do not name is
 * denied, as there. Passwords are plain.
 */
final class FileRbac implements ExtensionMain {
  private static final Set<String> OF_A_PERMISSION =
      Set.of("topic", "activity", "qos", "retain", "shared-subscription", "shared-group");

  private record User(String password, List<String> roles) {}

  private final Map<String, User> users = new HashMap<>();
  private final Map<String, List<Map<String, String>>> roles = new HashMap<>();

  /**
   * @param files their texts; the later one counts where two say something of one user or role
   * @throws IllegalArgumentException for what the extension does not take
   */
  FileRbac(List<String> files) {
    files.forEach(this::read);
    users.forEach(
        (name, user) -> require(roles.keySet().containsAll(user.roles()), "the roles of " + name));
  }

  private void read(String file) {
    Element root = parse(file);
    require(root.getTagName().equals("file-rbac"), root.getTagName());
    Map<String, Element> parts = named(root, Set.of("users", "roles"));
    for (Element user : list(parts.get("users"), "user")) {
      Map<String, Element> of = named(user, Set.of("name", "password", "roles"));
      users.put(
          text(of.get("name")),
          new User(
              text(of.get("password")),
              list(of.get("roles"), "id").stream().map(FileRbac::text).toList()));
    }
    for (Element role : list(parts.get("roles"), "role")) {
      Map<String, Element> of = named(role, Set.of("id", "permissions"));
      List<Map<String, String>> permissions = new ArrayList<>();
      for (Element permission : list(of.get("permissions"), "permission")) {
        Map<String, String> values = new HashMap<>();
        named(permission, OF_A_PERMISSION).forEach((name, value) -> values.put(name, text(value)));
        require(values.containsKey("topic"), "a permission without a topic");
        permissions.add(values);
      }
      roles.put(text(of.get("id")), permissions);
    }
  }

  private static Element parse(String file) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(file)))
          .getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException failure) {
      throw new IllegalArgumentException(failure);
    }
  }

  private static List<Element> elements(Element parent) {
    List<Element> all = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element) {
        all.add(element);
      }
    }
    return all;
  }

  private static Map<String, Element> named(Element parent, Set<String> names) {
    Map<String, Element> all = new HashMap<>();
    for (Element child : elements(parent)) {
      require(names.contains(child.getTagName()), child.getTagName());
      require(all.put(child.getTagName(), child) == null, "two of " + child.getTagName());
    }
    return all;
  }

  private static List<Element> list(Element parent, String name) {
    require(parent != null && !elements(parent).isEmpty(), "no " + name);
    elements(parent).forEach(child -> require(child.getTagName().equals(name), child.getTagName()));
    return elements(parent);
  }

  private static String text(Element element) {
    require(element != null && !element.getTextContent().isBlank(), "something is missing");
    return element.getTextContent();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    SimpleAuthenticator authenticator = this::onConnect;
    Services.securityRegistry().setAuthenticatorProvider(any -> authenticator);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    // Nothing was opened.
  }

  private void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    String name = input.getConnectPacket().getUserName().orElse("");
    String client = input.getClientInformation().getClientId();
    User user = users.get(name);
    if (user == null
        || !user.password().equals(text(input.getConnectPacket().getPassword().orElse(null)))) {
      output.failAuthentication();
      return;
    }
    for (String role : user.roles()) {
      for (Map<String, String> permission : roles.get(role)) {
        output.getDefaultPermissions().add(permission(permission, client, name));
      }
    }
    output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    output.authenticateSuccessfully();
  }

  private static String text(ByteBuffer bytes) {
    return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  private static TopicPermission permission(
      Map<String, String> values, String client, String user) {
    String topic =
        values.get("topic").replace("${{clientid}}", client).replace("${{username}}", user);
    return Builders.topicPermission()
        .topicFilter(topic)
        .type(PermissionType.ALLOW)
        .activity(MqttActivity.valueOf(values.getOrDefault("activity", "ALL")))
        .qos(Qos.valueOf(values.getOrDefault("qos", "ALL")))
        .retain(Retain.valueOf(values.getOrDefault("retain", "ALL")))
        .sharedSubscription(
            SharedSubscription.valueOf(values.getOrDefault("shared-subscription", "ALL")))
        .sharedGroup(values.getOrDefault("shared-group", "#"))
        .build();
  }
}
