package io.agentchannel.http.internal.client;

import io.netty.handler.codec.http.HttpHeaders;

/** A whole response. */
public record Answer(int status, HttpHeaders headers, byte[] body) {}
