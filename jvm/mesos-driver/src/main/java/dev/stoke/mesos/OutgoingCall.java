package dev.stoke.mesos;

import org.apache.mesos.protobuf.MessageLite;

/** A call on its way to the sender thread. */
final class OutgoingCall {
  /** What became of a call that was not accepted. */
  enum Failure {
    /** It has taken no effect, and might do so later or elsewhere. */
    NOT_SENT,
    /** The daemon refused it for what it says. */
    REFUSED,
    /** The connection broke before an answer: it may or may not have taken effect. */
    UNKNOWN
  }

  /** Told of a failure on the sender thread; must not wait. */
  interface Lost {
    void lost(Failure failure, String reason);
  }

  /** For messages in logs, such as {@code ACCEPT}. */
  final String name;
  final byte[] body;
  /** The only session it makes sense in, or 0 for whichever is current when its turn comes. */
  final long session;
  /** Whether sending it twice does no harm. */
  final boolean repeatable;
  final Lost lost;

  OutgoingCall(String name, MessageLite call, long session, boolean repeatable, Lost lost) {
    this.name = name;
    this.body = call.toByteArray();
    this.session = session;
    this.repeatable = repeatable;
    this.lost = lost;
  }
}
