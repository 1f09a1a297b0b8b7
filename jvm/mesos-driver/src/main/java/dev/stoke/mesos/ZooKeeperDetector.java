package dev.stoke.mesos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/**
 * Finds the leader where masters elect it: among the children of a znode, the one with the lowest sequence
 * number, {@code json.info_*} (JSON) or, from masters before 0.24, {@code info_*} (protobuf).
 *
 * <p>It looks anew each time it is asked: a master that loses its leadership ends its streams, so there is
 * nothing to watch in between.
 */
final class ZooKeeperDetector implements MasterDetector {
  private static final String JSON_LABEL = "json.info_";
  private static final String BINARY_LABEL = "info_";
  private final ZooKeeperAddress address;
  private final int timeoutMs;
  private ZooKeeper client;
  private volatile boolean closed;

  ZooKeeperDetector(ZooKeeperAddress address, int timeoutMs) {
    this.address = address;
    this.timeoutMs = timeoutMs;
  }

  @Override
  public HttpTarget next() throws IOException {
    try {
      return look(connected());
    } catch (KeeperException e) {
      discard();
      throw new IOException("no leading master known at " + address + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while looking at " + address, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    discard();
  }

  /** The child that leads, or null when there is none: the lowest sequence number of the preferred label. */
  static String leader(List<String> children) {
    String json = lowest(children, JSON_LABEL);
    return json != null ? json : lowest(children, BINARY_LABEL);
  }

  /** The address inside a leader's data. */
  static HttpTarget target(String child, byte[] data) throws IOException {
    if (child.startsWith(JSON_LABEL)) return fromJson(new ObjectMapper().readTree(new String(data, StandardCharsets.UTF_8)));
    MasterInfo info = MasterInfo.parser().parsePartialFrom(data);
    String host = info.getHostname().isEmpty() ? info.getAddress().getIp() : info.getHostname();
    return HttpTarget.parse(host + ":" + info.getPort(), false);
  }

  private static HttpTarget fromJson(JsonNode info) throws IOException {
    JsonNode at = info.path("address");
    String host = first(at.path("hostname").asText(""), at.path("ip").asText(""), info.path("hostname").asText(""));
    int port = at.path("port").asInt(info.path("port").asInt(HttpTarget.DEFAULT_PORT));
    String pid = info.path("pid").asText("");
    if (host.isEmpty() && pid.indexOf('@') >= 0) return HttpTarget.parse(pid.substring(pid.indexOf('@') + 1), false);
    if (host.isEmpty()) throw new IOException("the leader's entry names no host");
    return new HttpTarget(false, host, port);
  }

  private static String first(String... candidates) {
    for (String candidate : candidates) {
      if (!candidate.isEmpty()) return candidate;
    }
    return "";
  }

  private static String lowest(List<String> children, String label) {
    String best = null;
    for (String child : children) {
      if (!child.startsWith(label)) continue;
      if (best == null || child.substring(label.length()).compareTo(best.substring(label.length())) < 0) best = child;
    }
    return best;
  }

  private HttpTarget look(ZooKeeper zooKeeper) throws KeeperException, InterruptedException, IOException {
    String leader = leader(zooKeeper.getChildren(address.path, false));
    if (leader == null) throw new IOException("no leading master known at " + address + ": nobody has been elected yet");
    return target(leader, zooKeeper.getData(address.path + "/" + leader, false, null));
  }

  private synchronized ZooKeeper connected() throws IOException, InterruptedException {
    if (closed) throw new IOException("the detector for " + address + " is closed");
    if (client != null && client.getState().isConnected()) return client;
    discard();
    CountDownLatch up = new CountDownLatch(1);
    client = new ZooKeeper(address.servers, timeoutMs, event -> {
      if (event.getState() == KeeperState.SyncConnected) up.countDown();
    });
    if (address.digest != null) client.addAuthInfo("digest", address.digest.getBytes(StandardCharsets.UTF_8));
    if (!up.await(timeoutMs, TimeUnit.MILLISECONDS)) {
      discard();
      throw new IOException("ZooKeeper at " + address.servers + " did not answer within " + timeoutMs + " ms");
    }
    return client;
  }

  private synchronized void discard() {
    if (client == null) return;
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client = null;
  }
}
