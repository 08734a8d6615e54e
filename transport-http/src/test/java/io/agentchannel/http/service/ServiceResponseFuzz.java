package io.agentchannel.http.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.agentchannel.AgentException;
import io.agentchannel.Call;
import io.agentchannel.Payload;
import io.agentchannel.Replies;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** Whatever bytes a service answers with: items in bounds, and one end. */
class ServiceResponseFuzz {
  private static final int MOST = 64;
  private static final String[] TYPES = {
    "text/event-stream", "application/x-ndjson", "application/json", "text/plain", "*"
  };

  @FuzzTest
  void aResponseBecomesItemsAndOneEnd(byte[] bytes) throws Exception {
    int kind = bytes.length == 0 ? 0 : bytes[0] & 0x7f;
    Seen seen = new Seen();
    ReplyLane lane = new ReplyLane(seen, () -> seen.over++);
    seen.lane = lane;
    Response response =
        new Response.Builder()
            .request(new Request.Builder().url("http://localhost/").build())
            .protocol(Protocol.HTTP_1_1)
            .code(200)
            .message("OK")
            .body(ResponseBody.create(bytes, MediaType.parse(TYPES[kind % TYPES.length])))
            .build();

    new ResponseReader(kind % 2 == 0 ? Call.Kind.STREAMING : Call.Kind.UNARY, lane, MOST)
        .read(response);
    assertThat(seen.ends).isEqualTo(1);
    assertThat(seen.over).isEqualTo(1);
  }

  private static final class Seen implements Replies {
    private int ends;
    private int over;
    private ReplyLane lane;

    @Override
    public void item(Payload item, boolean last) {
      assertThat(ends).isZero();
      // A byte that is no UTF-8 becomes a character of three.
      assertThat(item.size()).isLessThanOrEqualTo(3 * MOST);
      if (last) {
        ends++;
      }
      lane.taken(1);
    }

    @Override
    public void end(@Nullable AgentException failure) {
      ends++;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onReady() {}

    @Override
    public void taken(int count) {}
  }
}
