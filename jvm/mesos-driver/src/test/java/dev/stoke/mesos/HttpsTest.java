package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masters behind TLS, with a certificate made for the test. */
class HttpsTest extends DriverTestBase {
  private static final String PASSWORD = "only-for-this-test";
  @TempDir Path folder;

  @Test
  void httpsWorksWithTheAuthorityOfAFile() throws Exception {
    serve("ip:127.0.0.1");
    start("ca.pem");
    FakeDaemon.Stream stream = subscribe();
    driver.reviveOffers();
    nextCall(Call.Type.REVIVE);
    stream.cut();
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
    assertEquals(Status.DRIVER_STOPPED, driver.stop());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void httpsRefusesACertificateForAnotherHost() throws Exception {
    serve("dns:somewhere.else");
    System.setProperty("stoke.mesos.register.timeout.ms", "100");
    try {
      start("ca.pem");
    } finally {
      System.clearProperty("stoke.mesos.register.timeout.ms");
    }
    String message = (String) scheduler.await("error");
    assertTrue(message.contains("No subject alternative"), message);
  }

  private void start(String caFile) {
    System.setProperty("stoke.mesos.ca.file", folder.resolve(caFile).toString());
    try {
      start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), "https://" + master.address()));
    } finally {
      System.clearProperty("stoke.mesos.ca.file");
    }
  }

  private void serve(String subject) throws Exception {
    String store = folder.resolve("keys.p12").toString();
    keytool("-genkeypair", "-alias", "m", "-keyalg", "EC", "-dname", "CN=test", "-validity", "2", "-ext", "san=" + subject, "-keystore", store);
    keytool("-exportcert", "-rfc", "-alias", "m", "-file", folder.resolve("ca.pem").toString(), "-keystore", store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    ServerSocketFactory sockets = context.getServerSocketFactory();
    master.close();
    master = Fixtures.master(sockets);
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/keytool");
    command.addAll(Arrays.asList(arguments));
    command.addAll(Arrays.asList("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }
}
