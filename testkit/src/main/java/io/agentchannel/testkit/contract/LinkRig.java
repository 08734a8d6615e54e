package io.agentchannel.testkit.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentchannel.spi.Binding;
import io.agentchannel.spi.Link;
import io.agentchannel.spi.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Two instances of the transport under test, one of which listens, and links between them. */
final class LinkRig implements AutoCloseable {
  private final LinkContract contract;
  private final BareContext callerContext;
  private final BareContext listenerContext;
  private final Transport caller;
  private final Transport listener;
  private final List<Recorder> recorders = new ArrayList<>();
  private @Nullable Binding binding;

  LinkRig(LinkContract contract) {
    this.contract = contract;
    this.callerContext = new BareContext(contract.options());
    this.listenerContext = new BareContext(contract.options());
    this.caller = contract.newTransport();
    this.listener = contract.newTransport();
  }

  /** Both ends of one link, and what each has received. */
  record Pair(Link near, Recorder atNear, Link far, Recorder atFar) {
    Sender fromNear(List<byte[]> packets) {
      return Sender.start(near, atNear, packets);
    }

    Sender fromFar(List<byte[]> packets) {
      return Sender.start(far, atFar, packets);
    }
  }

  Transport caller() {
    return caller;
  }

  Transport listener() {
    return listener;
  }

  Binding binding() throws Exception {
    if (binding == null) {
      binding = listen(URI.create(contract.listenAt()));
    }
    return binding;
  }

  Binding listen(URI endpoint) throws Exception {
    return get(listener.listen(endpoint, listenerContext).toCompletableFuture()::get);
  }

  Link connect() throws Exception {
    return connect(binding().endpoint());
  }

  Link connect(URI endpoint) throws Exception {
    return get(caller.connect(endpoint, null, callerContext).toCompletableFuture()::get);
  }

  Link accepted() throws InterruptedException {
    return listenerContext.nextLink();
  }

  Pair pair() throws Exception {
    return pair(Recorder.create());
  }

  Pair pair(Recorder atFar) throws Exception {
    Link near = connect();
    Link far = accepted();
    Recorder atNear = Recorder.create();
    near.start(watched(atNear));
    far.start(watched(atFar));
    return new Pair(near, atNear, far, atFar);
  }

  /** The recorder, whose findings fail the test at its end. */
  Recorder watched(Recorder recorder) {
    recorders.add(recorder);
    return recorder;
  }

  @Override
  public void close() {
    caller.close();
    listener.close();
    callerContext.close();
    listenerContext.close();
    for (Recorder recorder : recorders) {
      assertThat(recorder.end()).succeedsWithin(Duration.ofSeconds(5));
      assertThat(recorder.closes()).as("onClosed is called").isEqualTo(1);
      assertThat(recorder.fault()).as("what the link did wrong").isNull();
    }
  }

  private interface Wait<T> {
    T get(long time, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException;
  }

  private static <T> T get(Wait<T> stage) throws Exception {
    try {
      return stage.get(5, SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof Exception cause ? cause : failure;
    }
  }
}
