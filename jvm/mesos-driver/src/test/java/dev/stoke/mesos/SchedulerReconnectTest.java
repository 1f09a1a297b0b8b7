package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** Masters that go away, come back, or are not the right one. */
class SchedulerReconnectTest extends DriverTestBase {
  @Test
  void redirectWithoutASchemeLeadsToTheLeader() throws Exception {
    try (FakeDaemon follower = Fixtures.master()) {
      follower.refuseNextSubscribe(FakeDaemon.head("307 Temporary Redirect", "Location: //" + master.address() + "/master/api/v1/scheduler", "Content-Length: 0"));
      start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), follower.address()));
      subscribe();
      driver.reviveOffers();
      nextCall(Call.Type.REVIVE);
      assertFalse(follower.hasCall());
    }
  }

  @Test
  void redirectsInACircleAreGivenUpAndTriedAgain() throws Exception {
    for (int i = 0; i < 8; i++) {
      master.refuseNextSubscribe(FakeDaemon.head("307 Temporary Redirect", "Location: //" + master.address() + "/x", "Content-Length: 0"));
    }
    register();
  }

  @Test
  void deadMasterInTheListIsPassedOver() throws Exception {
    int deadPort;
    try (FakeDaemon dead = Fixtures.master()) {
      deadPort = dead.port();
    }
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), "127.0.0.1:" + deadPort + "," + master.address()));
    subscribe();
  }

  @Test
  void masterThatIsNotReadyIsAskedAgain() throws Exception {
    master.refuseNextSubscribe(FakeDaemon.answer("503 Service Unavailable", "No leader elected"));
    master.refuseNextSubscribe(FakeDaemon.answer("500 Internal Server Error", "oops"));
    register();
  }

  @Test
  void brokenStreamIsReportedAndTheFrameworkReregistersWithItsId() throws Exception {
    FakeDaemon.Stream first = register();
    first.cut();
    scheduler.await("disconnected");
    FakeDaemon.Stream second = master.awaitStream();
    Call call = Fixtures.call(second.request.body);
    assertEquals(Fixtures.FRAMEWORK_ID, call.getFrameworkId());
    assertEquals(Fixtures.FRAMEWORK_ID, call.getSubscribe().getFrameworkInfo().getId());
    second.send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
    driver.reviveOffers();
    nextCall(Call.Type.REVIVE);
  }

  @Test
  void streamThatEndsProperlyIsTakenUpAgainToo() throws Exception {
    register().end();
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  @Test
  void masterThatDiedAndCameBackOnItsPortIsFoundAgain() throws Exception {
    register();
    master.die();
    scheduler.await("disconnected");
    master.comeBack();
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  @Test
  void missedHeartbeatsCountAsABrokenStream() throws Exception {
    start();
    FakeDaemon.Stream stream = master.awaitStream();
    stream.send(Fixtures.subscribed(0.02));
    stream.send(Fixtures.heartbeat());
    scheduler.await("registered");
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  @Test
  void malformedRecordsCountAsABrokenStream() throws Exception {
    register().raw(FakeDaemon.chunk("nonsense\n".getBytes("US-ASCII")));
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  @Test
  void launchWhileDisconnectedIsLostWithItsAgent() throws Exception {
    register();
    master.close();
    scheduler.await("disconnected");
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Fixtures.tasks("t-1"));
    TaskStatus status = (TaskStatus) scheduler.await("statusUpdate");
    assertEquals(TaskState.TASK_LOST, status.getState());
    assertEquals("t-1", status.getTaskId().getValue());
    assertEquals(Fixtures.AGENT, status.getSlaveId());
    assertTrue(status.isInitialized());
  }

  @Test
  void killsAndDeclinesWhileDisconnectedAreDropped() throws Exception {
    register();
    master.die();
    scheduler.await("disconnected");
    driver.killTask(Fixtures.taskId("t-1"));
    driver.declineOffer(Fixtures.OFFER);
    driver.reviveOffers();
    master.comeBack();
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
    driver.suppressOffers();
    nextCall(Call.Type.SUPPRESS);
  }

  @Test
  void refusedLaunchIsLost() throws Exception {
    register();
    master.callAnswer = request -> FakeDaemon.answer("400 Bad Request", "no such thing");
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Fixtures.tasks("t-1"));
    TaskStatus status = (TaskStatus) scheduler.await("statusUpdate");
    assertEquals(TaskState.TASK_LOST, status.getState());
    assertTrue(status.getMessage().contains("no such thing"));
  }

  @Test
  void launchWithoutAnAnswerIsLostAndKilledInCaseItCameThrough() throws Exception {
    register();
    master.callAnswer = request -> Fixtures.call(request.body).getType() == Call.Type.ACCEPT ? null : FakeDaemon.ACCEPTED;
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Fixtures.tasks("t-1"));
    assertEquals(TaskState.TASK_LOST, ((TaskStatus) scheduler.await("statusUpdate")).getState());
    nextCall(Call.Type.ACCEPT);
    Call.Kill kill = nextCall(Call.Type.KILL).getKill();
    assertEquals("t-1", kill.getTaskId().getValue());
    assertEquals(Fixtures.AGENT, kill.getSlaveId());
  }

  @Test
  void busyMasterGetsTheSameCallAgain() throws Exception {
    register();
    int[] answered = {0};
    master.callAnswer = request -> answered[0]++ == 0 ? FakeDaemon.answer("503 Service Unavailable", "later") : FakeDaemon.ACCEPTED;
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Fixtures.tasks("t-1"));
    nextCall(Call.Type.ACCEPT);
    nextCall(Call.Type.ACCEPT);
    driver.reviveOffers();
    nextCall(Call.Type.REVIVE);
    assertTrue(scheduler.callbacks.isEmpty());
  }

  @Test
  void callAnsweredWith403LeadsToANewSubscription() throws Exception {
    register();
    master.callAnswer = request -> FakeDaemon.answer("403 Forbidden", "Framework is not subscribed");
    driver.reviveOffers();
    scheduler.await("disconnected");
    master.awaitStream().send(Fixtures.subscribed(15));
    scheduler.await("reregistered");
  }

  @Test
  void offersOfAStreamThatIsGoneAreNotShown() throws Exception {
    java.util.concurrent.CountDownLatch cut = new java.util.concurrent.CountDownLatch(1);
    scheduler.on("offerRescinded", (d, offer) -> awaitUninterruptibly(cut));
    FakeDaemon.Stream stream = register();
    org.apache.mesos.scheduler.Protos.Event.Rescind rescind = org.apache.mesos.scheduler.Protos.Event.Rescind.newBuilder().setOfferId(Fixtures.OFFER).build();
    stream.send(org.apache.mesos.scheduler.Protos.Event.newBuilder().setType(org.apache.mesos.scheduler.Protos.Event.Type.RESCIND).setRescind(rescind).build());
    stream.send(Fixtures.offers());
    scheduler.await("offerRescinded");
    stream.end();
    master.awaitStream().send(Fixtures.subscribed(15));
    cut.countDown();
    scheduler.await("disconnected");
    scheduler.await("reregistered");
  }

  private static void awaitUninterruptibly(java.util.concurrent.CountDownLatch latch) {
    try {
      latch.await(FakeDaemon.WAIT_SECONDS, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
