package io.agentchannel.http.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code Idempotency-Key}. */
@Timeout(60)
class IdempotencyTest {
  @RegisterExtension final Library library = new Library();

  @Test
  void theSameKeyOfTheSameTokenRunsOnce() throws Exception {
    library.with("guests", Map.of("tokens", List.of("one", "two")));
    String first = call("one", "k", "\"a\"").body();

    assertThat(call("one", "k", "\"a\"").body()).isEqualTo(first);
    assertThat(library.runs).hasValue(1);
    assertThat(call("two", "k", "\"a\"").body()).isNotEqualTo(first);
    assertThat(library.runs).hasValue(2);
  }

  @Test
  void theSameKeyWithAnotherRequestIs422() throws Exception {
    library.with("guests", Map.of("tokens", List.of("one")));
    call("one", "k", "\"a\"");

    HttpResponse<String> response = call("one", "k", "\"b\"");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).contains("ALREADY_EXISTS");
  }

  @Test
  void withoutATokenTheConnectionIsTheCaller() throws Exception {
    // The client keeps its connection, so both calls are one caller's.
    String first = library.call("who", "\"a\"", "Idempotency-Key", "k").body();
    assertThat(library.call("who", "\"a\"", "Idempotency-Key", "k").body()).isEqualTo(first);
    assertThat(library.runs).hasValue(1);

    HttpResponse<String> other =
        HttpClient.newHttpClient()
            .send(
                library.post("who", "\"a\"", "Idempotency-Key", "k").build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(other.body()).isNotEqualTo(first);
    assertThat(library.runs).hasValue(2);
  }

  private HttpResponse<String> call(String token, String key, String body) throws Exception {
    return library.call("who", body, "Authorization", "Bearer " + token, "Idempotency-Key", key);
  }
}
