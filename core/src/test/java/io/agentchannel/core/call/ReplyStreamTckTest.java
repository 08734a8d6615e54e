package io.agentchannel.core.call;

import static io.agentchannel.core.call.Fixture.LIST;

import io.agentchannel.AgentException;
import io.agentchannel.CallOptions;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/** The Reactive Streams TCK, through a window of eight items. */
@Test
public class ReplyStreamTckTest extends FlowPublisherVerification<String> {
  private Fixture fixture;

  public ReplyStreamTckTest() {
    super(new TestEnvironment(2_000, 50));
  }

  @AfterMethod
  public void closeFixture() throws Exception {
    if (fixture != null) {
      fixture.channel.close();
      fixture.close();
      fixture = null;
    }
  }

  @Override
  public long maxElementsFromPublisher() {
    return 100_000;
  }

  @Override
  public Flow.Publisher<String> createFlowPublisher(long elements) {
    Flow.Publisher<String> stream = fixture().channel.stream(LIST, "q", CallOptions.direct());
    ScriptedPeer.Exchange exchange = fixture.peer.next();
    if (elements == 0) {
      exchange.end(null);
    } else {
      WindowedProducer.start(exchange, 8, (int) Math.min(elements, 1_000_000));
    }
    return stream;
  }

  @Override
  public Flow.Publisher<String> createFailedFlowPublisher() {
    Flow.Publisher<String> stream = fixture().channel.stream(LIST, "q");
    fixture.peer.next().end(new AgentException(Code.INTERNAL, Outcome.UNKNOWN, "on purpose"));
    return stream;
  }

  private Fixture fixture() {
    if (fixture == null) {
      fixture = new Fixture();
    }
    return fixture;
  }
}
