package io.agentchannel.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.AgentBuilder;
import io.agentchannel.ConfigKey;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

  @Test
  void everySetterOfTheBuilderIsAKeyAndEveryKeyHasASetter() {
    List<String> setters =
        Arrays.stream(AgentBuilder.class.getMethods())
            .filter(method -> method.isAnnotationPresent(ConfigKey.class))
            .map(SchemaTest::keyOf)
            .toList();

    assertThat(setters).doesNotHaveDuplicates();
    assertThat(Keys.names()).containsExactlyInAnyOrderElementsOf(setters);
  }

  private static String keyOf(Method setter) {
    return setter.getAnnotation(ConfigKey.class).value();
  }
}
