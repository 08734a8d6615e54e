/**
 * Webhooks as the Standard Webhooks specification (version 1) has them: signing, verifying, and
 * delivering with retries. Programs that receive what agents deliver may use it, too.
 */
@NullMarked
package io.agentchannel.http.webhook;

import org.jspecify.annotations.NullMarked;
