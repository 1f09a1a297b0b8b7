package dev.stoke.mesos;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.scheduler.Protos.Event;

/** The MasterInfo that callbacks want, whether or not the master sent one. */
final class MasterInfos {
  private MasterInfos() {}

  /** What the master said of itself, with the required fields it left out taken from the connection. */
  static MasterInfo of(Event.Subscribed subscribed, Session session) {
    MasterInfo.Builder info = subscribed.getMasterInfo().toBuilder();
    if (!info.hasId()) info.setId("");
    if (!info.hasIp()) info.setIp(ip(session.peer));
    if (!info.hasPort()) info.setPort(session.target.port);
    if (!info.hasHostname()) info.setHostname(session.target.host);
    return info.buildPartial();
  }

  /** Mesos keeps an IPv4 address in network byte order inside a little-endian number; 0 for IPv6. */
  private static int ip(InetAddress address) {
    byte[] bytes = address == null ? new byte[0] : address.getAddress();
    return bytes.length == 4 ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt() : 0;
  }
}
