package io.agentchannel.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.NullMarked;

/** Holds the arrows between the modules, and between the packages of the core. */
@AnalyzeClasses(packages = "io.agentchannel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String CORE = "io.agentchannel.core..";
  private static final String EXCHANGE = "io.agentchannel.core.exchange..";
  private static final String TESTKIT = "io.agentchannel.testkit..";
  private static final String WEBSOCKET = "io.agentchannel.websocket..";
  private static final String GRPC = "io.agentchannel.grpc..";
  private static final String HTTP = "io.agentchannel.http..";
  private static final String MQTT = "io.agentchannel.mqtt..";
  private static final String BROKER = "io.agentchannel.broker..";
  private static final String NETTY = "io.agentchannel.netty.internal..";
  private static final String PROTOBUF = "io.agentchannel.protobuf..";
  private static final String SPI = "io.agentchannel.spi..";

  @ArchTest
  static final ArchRule theApiDependsOnNothingButTheJdkAndItsAnnotations =
      classes()
          .that()
          .resideInAnyPackage("io.agentchannel", SPI)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("io.agentchannel", SPI, "java..", "javax..", "org.jspecify..");

  @ArchTest
  static final ArchRule theCoreNamesNoTransport =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  WEBSOCKET,
                  GRPC,
                  HTTP,
                  MQTT,
                  BROKER,
                  NETTY,
                  PROTOBUF,
                  TESTKIT,
                  "io.agentchannel.cli..",
                  "io.agentchannel.samples..",
                  "com.google..",
                  "com.hivemq..",
                  "io.grpc..",
                  "io.netty..",
                  "org.java_websocket.."));

  @ArchTest
  static final ArchRule transportsKnowTheInterfaceForTransportsAndNoMore =
      noClasses()
          .that()
          .resideInAnyPackage(WEBSOCKET, GRPC, HTTP, MQTT, NETTY)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  CORE, TESTKIT, BROKER, "io.agentchannel.cli..", "io.agentchannel.samples.."));

  @ArchTest
  static final ArchRule httpAndWebSocketShareNettyAndNothingElse =
      noClasses()
          .that()
          .resideInAPackage(HTTP)
          .should()
          .dependOnClassesThat(resideInAnyPackage(WEBSOCKET, GRPC, MQTT));

  @ArchTest
  static final ArchRule webSocketKnowsNoOtherTransport =
      noClasses()
          .that()
          .resideInAnyPackage(WEBSOCKET, NETTY)
          .should()
          .dependOnClassesThat(resideInAnyPackage(HTTP, GRPC, MQTT));

  @ArchTest
  static final ArchRule grpcKnowsNoOtherTransport =
      noClasses()
          .that()
          .resideInAPackage(GRPC)
          .should()
          .dependOnClassesThat(resideInAnyPackage(WEBSOCKET, HTTP, MQTT));

  @ArchTest
  static final ArchRule mqttKnowsNoOtherTransport =
      noClasses()
          .that()
          .resideInAPackage(MQTT)
          .should()
          .dependOnClassesThat(resideInAnyPackage(WEBSOCKET, HTTP, GRPC));

  @ArchTest
  static final ArchRule theBrokerForDevelopmentKnowsNothingOfAgents =
      noClasses()
          .that()
          .resideInAPackage(BROKER)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.agentchannel..").and(not(resideInAPackage(BROKER))));

  @ArchTest
  static final ArchRule aCodecKnowsTheApiAlone =
      noClasses()
          .that()
          .resideInAPackage(PROTOBUF)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(CORE, SPI, TESTKIT, WEBSOCKET, GRPC, HTTP, MQTT, NETTY));

  @ArchTest
  static final ArchRule theTestkitKnowsNoRuntime =
      noClasses()
          .that()
          .resideInAPackage(TESTKIT)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  CORE, WEBSOCKET, GRPC, HTTP, MQTT, NETTY, "io.agentchannel.cli.."));

  @ArchTest
  static final ArchRule samplesAreWrittenAgainstTheApiAlone =
      noClasses()
          .that()
          .resideInAPackage("io.agentchannel.samples..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  CORE, SPI, TESTKIT, WEBSOCKET, GRPC, HTTP, MQTT, NETTY, "io.agentchannel.cli.."));

  @ArchTest
  static final ArchRule theCommandLineIsWrittenAgainstTheApi =
      noClasses()
          .that()
          .resideInAPackage("io.agentchannel.cli..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(CORE, TESTKIT, WEBSOCKET, GRPC, HTTP, MQTT, NETTY));

  @ArchTest
  static final ArchRule exchangesNameNoTransportNoThreadAndNoSocket =
      noClasses()
          .that()
          .resideInAPackage(EXCHANGE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(SPI, "java.net..", "java.nio.channels..", "javax.net.."))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Executor.class);

  @ArchTest
  static final ArchRule exchangesKnowTheWireAndTheApi =
      classes()
          .that()
          .resideInAPackage(EXCHANGE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              EXCHANGE,
              "io.agentchannel.core.wire..",
              "io.agentchannel.core",
              "io.agentchannel",
              "java..",
              "org.jspecify..",
              "org.slf4j..");

  @ArchTest
  static final ArchRule theWireKnowsNoExchange =
      noClasses()
          .that()
          .resideInAPackage("io.agentchannel.core.wire..")
          .should()
          .dependOnClassesThat(
              resideInAPackage(CORE).and(not(resideInAPackage("io.agentchannel.core.wire.."))));

  @ArchTest
  static final ArchRule packagesOfTheCoreHaveNoCycles =
      slices().matching("io.agentchannel.core.(*)..").should().beFreeOfCycles();

  /** Without it NullAway checks nothing in there. */
  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses all) {
    List<String> unmarked =
        all.stream()
            .map(c -> c.getPackage())
            .distinct()
            .filter(p -> p.getName().startsWith("io.agentchannel"))
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();
    assertThat(unmarked).isEmpty();
  }
}
