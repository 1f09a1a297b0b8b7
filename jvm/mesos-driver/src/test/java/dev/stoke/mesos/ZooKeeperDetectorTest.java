package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters that elect their leader in a real ZooKeeper. */
class ZooKeeperDetectorTest extends DriverTestBase {
  @TempDir static File data;
  private NIOServerCnxnFactory server;
  private ZooKeeper client;

  @BeforeEach
  void startZooKeeper() throws Exception {
    server = new NIOServerCnxnFactory();
    server.configure(new InetSocketAddress("127.0.0.1", 0), 20);
    Path own = java.nio.file.Files.createTempDirectory(data.toPath(), "zk");
    server.startup(new ZooKeeperServer(own.toFile(), own.toFile(), 500));
    CountDownLatch up = new CountDownLatch(1);
    client = new ZooKeeper("127.0.0.1:" + server.getLocalPort(), 10_000, event -> {
      if (event.getState() == Watcher.Event.KeeperState.SyncConnected) up.countDown();
    });
    up.await(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
    client.addAuthInfo("digest", "mesos:secret".getBytes(StandardCharsets.UTF_8));
    create("/mesos", "");
  }

  @AfterEach
  void stopZooKeeper() throws Exception {
    client.close();
    server.shutdown();
  }

  @Test
  void detectorFollowsTheElection() throws Exception {
    try (MasterDetector detector = MasterAddress.detector(address("mesos:secret@"), new Settings(name -> null, name -> null))) {
      assertThrows(IOException.class, detector::next);
      String first = elect("m1", 5050);
      elect("m2", 5051);
      assertEquals("http://m1:5050", detector.next().toString());
      client.delete(first, -1);
      assertEquals("http://m2:5051", detector.next().toString());
    }
  }

  @Test
  void detectorWithoutTheRightPasswordIsToldSo() throws Exception {
    elect("m1", 5050);
    try (MasterDetector detector = MasterAddress.detector(address("mesos:wrong@"), new Settings(name -> null, name -> null))) {
      String message = assertThrows(IOException.class, detector::next).getMessage();
      assertEquals(-1, message.indexOf("wrong"), message);
    }
  }

  @Test
  void driverFindsTheLeaderAndItsSuccessor() throws Exception {
    String leader = elect("127.0.0.1", master.port());
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), address("mesos:secret@")));
    subscribe();
    FakeDaemon successor = Fixtures.master();
    elect("127.0.0.1", successor.port());
    client.delete(leader, -1);
    master.close();
    master = successor;
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  private String address(String credentials) {
    return "zk://" + credentials + "127.0.0.1:" + server.getLocalPort() + "/mesos";
  }

  private String elect(String host, int port) throws Exception {
    String json = "{\"address\":{\"hostname\":\"" + host + "\",\"port\":" + port + "},\"id\":\"x\"}";
    return client.create("/mesos/json.info_", json.getBytes(StandardCharsets.UTF_8), acl(), CreateMode.EPHEMERAL_SEQUENTIAL);
  }

  private void create(String path, String text) throws Exception {
    client.create(path, text.getBytes(StandardCharsets.UTF_8), acl(), CreateMode.PERSISTENT);
  }

  private static List<ACL> acl() {
    return ZooDefs.Ids.CREATOR_ALL_ACL;
  }
}
