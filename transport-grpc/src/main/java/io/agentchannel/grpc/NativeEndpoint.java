package io.agentchannel.grpc;

import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Code;
import io.agentchannel.Outcome;
import io.agentchannel.netty.internal.Endpoint;
import io.agentchannel.netty.internal.OneLine;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc-native://host:port/package.Service/Method}, or without the method: then the
 * operation's name is it.
 */
record NativeEndpoint(Endpoint endpoint, String service, @Nullable String method) {
  private static final String NAME = "[A-Za-z_][A-Za-z0-9_]*";
  private static final Pattern PATH =
      Pattern.compile("/(" + NAME + "(?:\\." + NAME + ")*)(?:/(" + NAME + "))?/?");
  private static final Pattern METHOD = Pattern.compile(NAME);

  /**
   * @throws AgentException {@link Code#INVALID_ARGUMENT}
   */
  static NativeEndpoint of(URI uri) {
    Endpoint endpoint = Endpoints.of(uri);
    Matcher path = PATH.matcher(uri.getPath());
    if (!path.matches()) {
      throw invalid(
          "the endpoint must look like "
              + endpoint.scheme()
              + "://host:port/package.Service/Method, not "
              + OneLine.of(uri.toString()));
    }
    return new NativeEndpoint(endpoint, path.group(1), path.group(2));
  }

  /**
   * The method that a call means, as the kind of the call has it; a client's stream is a duplex.
   *
   * @throws AgentException {@link Code#INVALID_ARGUMENT} if the operation is to be the method, and
   *     cannot be one
   */
  MethodDescriptor<ByteBuffer, ByteBuffer> methodOf(Call call) {
    String name = method == null ? call.operation() : method;
    if (!METHOD.matcher(name).matches()) {
      throw invalid(
          "no gRPC method can be called "
              + OneLine.of(name)
              + "; name the operation as the method, or put it into the endpoint");
    }
    return MethodDescriptor.newBuilder(BytesMarshaller.INSTANCE, BytesMarshaller.INSTANCE)
        .setType(
            switch (call.kind()) {
              case UNARY, ONE_WAY -> MethodDescriptor.MethodType.UNARY;
              case STREAMING -> MethodDescriptor.MethodType.SERVER_STREAMING;
              case DUPLEX -> MethodDescriptor.MethodType.BIDI_STREAMING;
            })
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setSampledToLocalTracing(false)
        .build();
  }

  private static AgentException invalid(String why) {
    return new AgentException(Code.INVALID_ARGUMENT, Outcome.NOT_SENT, why);
  }
}
