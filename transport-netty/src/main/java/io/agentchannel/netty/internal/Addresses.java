package io.agentchannel.netty.internal;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Socket addresses for people. */
public final class Addresses {
  private Addresses() {}

  /** {@code 127.0.0.1:7080} or {@code [::1]:7080}. */
  public static String text(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet
        ? NetUtil.toSocketAddressString(inet)
        : "unknown";
  }
}
