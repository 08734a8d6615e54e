package io.agentchannel.testkit.contract;

/** Gives each test its {@link World}. */
final class WorldExtension extends RigExtension<World> {
  WorldExtension() {
    super(World.class);
  }

  @Override
  World rigFor(Object test) {
    return new World((TransportSetup) test);
  }
}
