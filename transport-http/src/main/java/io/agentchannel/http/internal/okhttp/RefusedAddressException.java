package io.agentchannel.http.internal.okhttp;

import java.net.UnknownHostException;

/** A request was to go to an address where none may go. */
public final class RefusedAddressException extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  RefusedAddressException() {
    super("its address is not a public one; webhook.allow-private: true allows others, too");
  }
}
