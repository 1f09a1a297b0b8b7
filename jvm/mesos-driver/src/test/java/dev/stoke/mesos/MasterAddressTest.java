package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.apache.mesos.Protos.MasterInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every form of a master's address, and the settings beside it. */
class MasterAddressTest {
  @Test
  void targetsAreReadWithSchemesPortsAndLists() {
    assertEquals("[http://h:5050]", MasterAddress.targets("h").toString());
    assertEquals("[http://h1:1, http://h2:2]", MasterAddress.targets("h1:1, h2:2").toString());
    assertEquals("[https://h1:1, https://h2:2]", MasterAddress.targets("https://h1:1/,h2:2").toString());
    assertEquals("[http://[::1]:7]", MasterAddress.targets("http://[::1]:7").toString());
    for (String bad : new String[] {"", ",", "h:0", "h:70000", "h:x", "u@h:1", "a b:1"}) {
      assertThrows(IllegalArgumentException.class, () -> MasterAddress.targets(bad), bad);
    }
  }

  @Test
  void redirectsKeepTheSchemeAndNeverDropTls() throws Exception {
    HttpTarget plain = HttpTarget.parse("h:1", false);
    HttpTarget secure = HttpTarget.parse("h:1", true);
    assertEquals("http://l:2", plain.redirectedTo("//l:2/master/api/v1/scheduler").toString());
    assertEquals("https://l:2", secure.redirectedTo("//l:2/master").toString());
    assertEquals("https://l:2", plain.redirectedTo("https://l:2/x").toString());
    assertEquals(plain, plain.redirectedTo("/elsewhere"));
    assertThrows(IOException.class, () -> secure.redirectedTo("http://l:2/x"));
    assertThrows(IOException.class, () -> plain.redirectedTo(null));
    assertThrows(IOException.class, () -> plain.redirectedTo("//:x"));
  }

  @Test
  void detectorReadsFilesAndExtraMasters(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("masters");
    Files.write(file, "h1:1,h2:2\n".getBytes(StandardCharsets.UTF_8));
    Settings settings = settings("STOKE_MESOS_MASTERS", "h2:2,h3:3");
    try (MasterDetector detector = MasterAddress.detector("file://" + file, settings)) {
      assertEquals("http://h1:1 http://h2:2 http://h3:3 http://h1:1", detector.next() + " " + detector.next() + " " + detector.next() + " " + detector.next());
    }
    assertThrows(IllegalArgumentException.class, () -> MasterAddress.detector("file://" + folder.resolve("none"), settings));
  }

  @Test
  void zooKeeperAddressesAreTakenApart() {
    ZooKeeperAddress address = ZooKeeperAddress.parse("zk://user:p@ss@h1:2181,h2:2181/a/mesos/");
    assertEquals("h1:2181,h2:2181", address.servers);
    assertEquals("/a/mesos", address.path);
    assertEquals("user:p@ss", address.digest);
    assertEquals("zk://h1:2181,h2:2181/a/mesos", address.toString());
    assertNull(ZooKeeperAddress.parse("zk://h/mesos").digest);
    assertThrows(IllegalArgumentException.class, () -> ZooKeeperAddress.parse("zk://h1:2181"));
    assertThrows(IllegalArgumentException.class, () -> ZooKeeperAddress.parse("zk:///mesos"));
  }

  @Test
  void zooKeeperLeaderIsTheLowestSequenceAndJsonGoesFirst() {
    assertEquals("json.info_0000000002", ZooKeeperDetector.leader(Arrays.asList("json.info_0000000010", "info_0000000001", "json.info_0000000002", "log_replicas")));
    assertEquals("info_0000000001", ZooKeeperDetector.leader(Arrays.asList("info_0000000003", "info_0000000001")));
    assertNull(ZooKeeperDetector.leader(Collections.singletonList("log_replicas")));
  }

  @Test
  void zooKeeperEntriesAreReadInBothForms() throws Exception {
    String json = "{\"address\":{\"hostname\":\"m1\",\"ip\":\"10.0.0.1\",\"port\":5051},\"port\":5050,\"pid\":\"master@10.0.0.1:5050\"}";
    assertEquals("http://m1:5051", json(json));
    assertEquals("http://10.0.0.1:5050", json("{\"pid\":\"master@10.0.0.1:5050\"}"));
    assertEquals("http://m2:5052", json("{\"hostname\":\"m2\",\"port\":5052}"));
    assertThrows(IOException.class, () -> json("{}"));
    byte[] binary = MasterInfo.newBuilder().setId("i").setIp(1).setPort(5053).setHostname("m3").build().toByteArray();
    assertEquals("http://m3:5053", ZooKeeperDetector.target("info_0000000001", binary).toString());
  }

  @Test
  void zooKeeperThatDoesNotAnswerIsReportedInTime() throws Exception {
    try (MasterDetector detector = MasterAddress.detector("zk://127.0.0.1:1/mesos", settings("STOKE_MESOS_ZOOKEEPER_TIMEOUT_MS", "200"))) {
      assertThrows(IOException.class, detector::next);
    }
  }

  @Test
  void settingsPreferPropertiesAndRefuseWhatIsNoNumber() {
    Map<String, String> properties = Collections.singletonMap("stoke.mesos.call.timeout.ms", "5");
    Map<String, String> environment = new HashMap<>();
    environment.put("STOKE_MESOS_CALL_TIMEOUT_MS", "7");
    environment.put("STOKE_MESOS_CONNECT_TIMEOUT_MS", "soon");
    Settings settings = new Settings(properties::get, environment::get);
    assertEquals(5, settings.millis("call.timeout.ms", 1));
    assertEquals(1, settings.millis("stop.timeout.ms", 1));
    assertThrows(IllegalArgumentException.class, () -> settings.millis("connect.timeout.ms", 1));
  }

  @Test
  void backoffIsQuickForHalfAMinuteAndThenGrowsToItsLimit() {
    Backoff backoff = new Backoff(100, 15_000);
    assertTrue(backoff.nextMs() <= 100);
    int total = 0;
    for (int i = 0; i < 30; i++) {
      int pause = backoff.nextMs();
      assertTrue(pause <= 1_000);
      total += pause;
    }
    assertTrue(total > 13_000 && total < 31_000);
    for (int i = 0; i < 10; i++) backoff.nextMs();
    int late = backoff.nextMs();
    assertTrue(late >= 7_500 && late <= 15_000);
    backoff.reset();
    assertTrue(backoff.nextMs() <= 100);
  }

  private static String json(String text) throws IOException {
    return ZooKeeperDetector.target("json.info_0000000001", text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static Settings settings(String name, String value) {
    return new Settings(key -> null, Collections.singletonMap(name, value)::get);
  }
}
