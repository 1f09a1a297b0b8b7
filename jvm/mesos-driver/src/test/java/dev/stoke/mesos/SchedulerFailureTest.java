package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not hang, deadlock or end a job: errors, refusals, slow and failing callbacks, credentials. */
class SchedulerFailureTest extends DriverTestBase {
  @Test
  void errorEventAbortsFirstAndEndsTheRun() throws Exception {
    CompletableFuture<Status> seen = new CompletableFuture<>();
    scheduler.on("error", (d, message) -> seen.complete(d.reviveOffers()));
    register().send(Fixtures.error("Framework failed over"));
    assertEquals("Framework failed over", scheduler.await("error"));
    assertEquals(Status.DRIVER_ABORTED, seen.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS));
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void errorBeforeRegistrationEndsTheRunToo() throws Exception {
    start();
    master.awaitStream().send(Fixtures.error("Framework has been removed"));
    scheduler.await("error");
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void runSaysAbortedEvenWhenTheFrameworkAnswersTheErrorWithStop() throws Exception {
    scheduler.on("error", (d, message) -> d.stop());
    start();
    master.awaitStream().send(Fixtures.error("no"));
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void refusedSubscriptionIsAnErrorWithTheReason() throws Exception {
    for (String status : new String[] {"401 Unauthorized", "403 Forbidden", "400 Bad Request"}) {
      master.refuseNextSubscribe(FakeDaemon.answer(status, "because"));
      start();
      String message = (String) scheduler.await("error");
      assertTrue(message.contains(status.substring(0, 3)) && message.contains("because"), message);
      assertEquals(Status.DRIVER_ABORTED, ended());
    }
  }

  @Test
  void answerThatIsNotProtobufIsAnError() throws Exception {
    master.refuseNextSubscribe(FakeDaemon.head("200 OK", "Content-Type: text/html", "Content-Length: 0"));
    start();
    assertTrue(((String) scheduler.await("error")).contains("text/html"));
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void masterThatCannotBeReachedIsAnErrorAfterItsTime() throws Exception {
    master.close();
    System.setProperty("stoke.mesos.register.timeout.ms", "150");
    try {
      start();
    } finally {
      System.clearProperty("stoke.mesos.register.timeout.ms");
    }
    assertTrue(((String) scheduler.await("error")).contains(master.address()));
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void exceptionInACallbackChangesNothing() throws Exception {
    scheduler.on("statusUpdate", (d, status) -> {
      throw new java.util.NoSuchElementException("key not found: agent-1");
    });
    FakeDaemon.Stream stream = register();
    stream.send(Fixtures.update("t-1", TaskState.TASK_RUNNING, "0123456789abcdef"));
    nextCall(Call.Type.ACKNOWLEDGE);
    stream.send(Fixtures.update("t-2", TaskState.TASK_RUNNING, "fedcba9876543210"));
    nextCall(Call.Type.ACKNOWLEDGE);
    assertEquals(Status.DRIVER_RUNNING, driver.reviveOffers());
  }

  @Test
  void slowCallbackHoldsUpNoCallOfAnotherThread() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Object lockOfTheFramework = new Object();
    scheduler.on("resourceOffers", (d, offers) -> {
      synchronized (lockOfTheFramework) {
        d.declineOffer(Fixtures.OFFER);
        await(release);
      }
    });
    register().send(Fixtures.offers());
    nextCall(Call.Type.DECLINE);
    driver.killTask(Fixtures.taskId("t-1"));
    nextCall(Call.Type.KILL);
    CompletableFuture<Status> stopped = new CompletableFuture<>();
    FakeDaemon.daemon(() -> stopped.complete(driver.stop()));
    assertEquals(Status.DRIVER_STOPPED, stopped.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS));
    nextCall(Call.Type.TEARDOWN);
    assertEquals(Status.DRIVER_STOPPED, ended());
    release.countDown();
  }

  @Test
  void launchWithinACallbackOfALostMasterIsReportedAfterTheCallback() throws Exception {
    CompletableFuture<Boolean> earlyReport = new CompletableFuture<>();
    scheduler.on("disconnected", (d, nothing) -> {
      d.launchTasks(Collections.singletonList(Fixtures.OFFER), Fixtures.tasks("t-1"));
      earlyReport.complete(scheduler.callbacks.stream().anyMatch(callback -> callback.name.equals("statusUpdate")));
    });
    register();
    master.close();
    scheduler.await("disconnected");
    scheduler.await("statusUpdate");
    assertFalse(earlyReport.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void credentialIsSentWithoutTheNewlineOfItsFile() throws Exception {
    Credential credential = Credential.newBuilder().setPrincipal("spark").setSecret("se:cret\n").build();
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), master.address(), credential));
    FakeDaemon.Request request = subscribe().request;
    String expected = "Basic " + Base64.getEncoder().encodeToString("spark:se:cret".getBytes(StandardCharsets.UTF_8));
    assertEquals(expected, request.headers.get("authorization"));
    assertEquals("spark", Fixtures.call(request.body).getSubscribe().getFrameworkInfo().getPrincipal());
    driver.reviveOffers();
    assertEquals(expected, master.awaitCall().headers.get("authorization"));
  }

  @Test
  void principalLosesTheNewlineOfItsFileToo() throws Exception {
    Credential credential = Credential.newBuilder().setPrincipal("spark\n").setSecret("secret\n").build();
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework().toBuilder().setPrincipal("spark\n").build(), master.address(), credential));
    assertEquals("spark", Fixtures.call(subscribe().request.body).getSubscribe().getFrameworkInfo().getPrincipal());
  }

  @Test
  void bearerTokenIsReadFromItsFileEachTime(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Files.write(file, "first\n".getBytes(StandardCharsets.UTF_8));
    System.setProperty("stoke.mesos.token.file", file.toString());
    try {
      start();
    } finally {
      System.clearProperty("stoke.mesos.token.file");
    }
    assertEquals("Bearer first", subscribe().request.headers.get("authorization"));
    Files.write(file, "second\n".getBytes(StandardCharsets.UTF_8));
    driver.reviveOffers();
    assertEquals("Bearer second", master.awaitCall().headers.get("authorization"));
  }

  @Test
  void nothingIsAuthorizedWithoutACredential() throws Exception {
    assertNull(register().request.headers.get("authorization"));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
