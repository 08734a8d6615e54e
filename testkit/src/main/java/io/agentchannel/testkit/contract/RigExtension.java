package io.agentchannel.testkit.contract;

import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a rig of its own, closes it afterwards, and fails the test if anything of it is
 * left.
 */
abstract class RigExtension<R extends AutoCloseable>
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private final Class<R> type;

  RigExtension(Class<R> type) {
    this.type = type;
  }

  abstract R rigFor(Object test);

  @Override
  public void beforeEach(ExtensionContext context) {
    ExtensionContext.Store store = store(context);
    store.put(LeakCheck.class, LeakCheck.begin());
    store.put(type, rigFor(context.getRequiredTestInstance()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    kept(context, type).close();
    // A test that has failed says more than what it could not clean up.
    if (context.getExecutionException().isEmpty()) {
      kept(context, LeakCheck.class).assertNothingLeft();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == type;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return kept(context, type);
  }

  private <T> T kept(ExtensionContext context, Class<T> what) {
    return Objects.requireNonNull(store(context).get(what, what));
  }

  private ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(type, context.getUniqueId()));
  }
}
