package dev.stoke.mesos;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.SchedulerDriver;
import org.apache.mesos.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fake master, a recording scheduler, and a driver between them that runs in a thread of its own. */
abstract class DriverTestBase {
  FakeDaemon master;
  final RecordingScheduler scheduler = new RecordingScheduler();
  SchedulerDriver driver;
  CompletableFuture<Status> run;

  @BeforeEach
  void startMaster() throws IOException {
    System.setProperty("stoke.mesos.backoff.max.ms", "100");
    master = Fixtures.master();
  }

  @AfterEach
  void end() throws Exception {
    System.clearProperty("stoke.mesos.backoff.max.ms");
    if (driver != null) driver.abort();
    if (run != null) run.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
    master.close();
  }

  void start() {
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), master.address()));
  }

  void start(SchedulerDriver made) {
    driver = made;
    run = new CompletableFuture<>();
    FakeDaemon.daemon(() -> run.complete(driver.run()));
  }

  Status ended() throws Exception {
    return run.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Starts a driver and brings it to its registration. */
  FakeDaemon.Stream register() throws Exception {
    start();
    return subscribe();
  }

  FakeDaemon.Stream subscribe() throws Exception {
    FakeDaemon.Stream stream = master.awaitStream();
    stream.send(Fixtures.subscribed(15));
    scheduler.await("registered");
    return stream;
  }

  Call nextCall(Call.Type type) throws Exception {
    Call call = Fixtures.call(master.awaitCall().body);
    if (call.getType() != type) throw new AssertionError("expected " + type + ", got " + call.getType());
    return call;
  }
}
