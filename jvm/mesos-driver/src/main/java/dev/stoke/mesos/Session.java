package dev.stoke.mesos;

import java.net.InetAddress;

/** One accepted subscription. Its number tells it from those before and after it. */
final class Session {
  final long number;
  final HttpTarget target;
  /** What calls must carry as Mesos-Stream-Id; null on an agent. */
  final String streamId;
  /** The address behind the target's name, as connected to. */
  final InetAddress peer;

  Session(long number, HttpTarget target, String streamId, InetAddress peer) {
    this.number = number;
    this.target = target;
    this.streamId = streamId;
    this.peer = peer;
  }
}
