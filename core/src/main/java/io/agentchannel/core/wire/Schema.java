package io.agentchannel.core.wire;

/**
 * The field numbers of {@code docs/protocol/envelope.proto}, {@code MESSAGE_FIELD}. A test holds
 * the two together; a number, once published, is never given to another field.
 */
final class Schema {
  static final int PACKET_ENVELOPE = 1;

  // 1 to 15 have a tag of one byte: those of the hot path and of every call are there.
  static final int ENVELOPE_KIND = 1;
  static final int ENVELOPE_EXCHANGE = 2;
  static final int ENVELOPE_SEQ = 3;
  static final int ENVELOPE_ACK = 4;
  static final int ENVELOPE_CREDIT = 5;
  static final int ENVELOPE_LAST = 6;
  static final int ENVELOPE_MORE = 7;
  static final int ENVELOPE_CONTENT_TYPE = 8;
  static final int ENVELOPE_BODY = 9;
  static final int ENVELOPE_SIZE = 10;
  static final int ENVELOPE_TTL = 11;
  static final int ENVELOPE_ATTEMPT = 12;
  static final int ENVELOPE_OPEN = 13;
  static final int ENVELOPE_STATUS = 14;
  static final int ENVELOPE_DONE = 15;
  static final int ENVELOPE_CONTENT_TYPE_NAME = 16;
  static final int ENVELOPE_TOKEN = 17;

  static final int OPEN_OPERATION = 1;
  static final int OPEN_KEY = 2;
  static final int OPEN_CALL = 3;
  static final int OPEN_METADATA = 4;

  static final int STATUS_CODE = 1;
  static final int STATUS_OUTCOME = 2;
  static final int STATUS_MESSAGE = 3;
  static final int STATUS_DETAILS = 4;

  static final int DONE_FLOOR = 1;
  static final int DONE_NEXT = 2;
  static final int DONE_COUNTERS = 3;

  /** The two fields of an entry of any {@code map<string, string>}; protobuf sets them. */
  static final int ENTRY_NAME = 1;

  static final int ENTRY_VALUE = 2;

  private Schema() {}
}
