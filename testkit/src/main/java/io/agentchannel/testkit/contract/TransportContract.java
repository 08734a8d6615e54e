package io.agentchannel.testkit.contract;

/**
 * What agents must be able to rely on over a transport, as tests: a transport's test class
 * implements this, says where to listen, and gets them all. The runtime must be on the test's class
 * path. After each test no thread and no socket may be left.
 *
 * <pre>{@code
 * class WsTransportContractTest implements TransportContract {
 *   public String listenAt() {
 *     return "ws://127.0.0.1:0";
 *   }
 *
 *   public Fault faultBefore(URI endpoint) {
 *     return Fault.overTcp(endpoint);
 *   }
 * }
 * }</pre>
 *
 * <p>The same over {@code hostile+ws://127.0.0.1:0?hostile.maxPacket=4096&hostile.oneAtATime} shows
 * that nothing hangs on luck with sizes and timing. {@link SocketContract} has what transports over
 * sockets need besides, TLS for example; {@link LinkContract} grades the links alone.
 */
public interface TransportContract
    extends UnaryCalls,
        CallFailures,
        DirectCalls,
        CancelledCalls,
        Streams,
        StreamEnds,
        Conversations,
        OneWayMessages,
        Events,
        LostLinks,
        BrokenNetwork,
        BothWays,
        Sealing,
        Lifecycle {}
