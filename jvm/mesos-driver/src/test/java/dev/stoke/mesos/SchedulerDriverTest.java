package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.SchedulerDriver;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

/** The everyday life of a framework. */
class SchedulerDriverTest extends DriverTestBase {
  @Test
  void subscribeCarriesTheFrameworkAndWhatMesosAsksOfARequest() throws Exception {
    FakeDaemon.Request request = register().request;
    assertEquals("/api/v1/scheduler", request.path);
    assertEquals("application/x-protobuf", request.headers.get("content-type"));
    assertEquals("application/x-protobuf", request.headers.get("accept"));
    assertFalse(request.headers.containsKey("mesos-stream-id"));
    Call call = Fixtures.call(request.body);
    assertFalse(call.hasFrameworkId());
    assertEquals(Fixtures.framework(), call.getSubscribe().getFrameworkInfo());
  }

  @Test
  void registeredGetsAMasterInfoEvenWhenTheMasterSendsNone() throws Exception {
    start();
    master.awaitStream().send(Fixtures.subscribed(15));
    Object[] values = (Object[]) scheduler.await("registered");
    assertEquals(Fixtures.FRAMEWORK_ID, values[0]);
    MasterInfo info = (MasterInfo) values[1];
    assertTrue(info.isInitialized());
    assertEquals(master.port(), info.getPort());
    assertEquals(0x0100007f, info.getIp());
  }

  @Test
  void launchTasksAcceptsTheOfferWithTheStreamIdOfTheSubscription() throws Exception {
    FakeDaemon.Stream stream = register();
    stream.send(Fixtures.offers());
    List<?> offers = (List<?>) scheduler.await("resourceOffers");
    OfferID id = ((Offer) offers.get(0)).getId();
    assertEquals(Status.DRIVER_RUNNING, driver.launchTasks(Collections.singletonList(id), Fixtures.tasks("t-1"), Filters.newBuilder().setRefuseSeconds(7).build()));
    FakeDaemon.Request request = master.awaitCall();
    assertTrue(request.headers.get("mesos-stream-id").startsWith("stream-"));
    Call call = Fixtures.call(request.body);
    assertEquals(Fixtures.FRAMEWORK_ID, call.getFrameworkId());
    assertEquals(Collections.singletonList(Fixtures.OFFER), call.getAccept().getOfferIdsList());
    assertEquals(7, call.getAccept().getFilters().getRefuseSeconds());
    assertEquals(Fixtures.tasks("t-1"), call.getAccept().getOperations(0).getLaunch().getTaskInfosList());
  }

  @Test
  void launchTasksNamesTheFrameworkInExecutorsThatDoNot() throws Exception {
    register();
    ExecutorInfo executor = ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("e")).buildPartial();
    TaskInfo task = Fixtures.tasks("t-1").get(0).toBuilder().setExecutor(executor).buildPartial();
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Collections.singletonList(task));
    TaskInfo sent = nextCall(Call.Type.ACCEPT).getAccept().getOperations(0).getLaunch().getTaskInfos(0);
    assertEquals(Fixtures.FRAMEWORK_ID, sent.getExecutor().getFrameworkId());
  }

  @Test
  void launchTasksWithoutTasksDeclines() throws Exception {
    register();
    driver.launchTasks(Collections.singletonList(Fixtures.OFFER), Collections.<TaskInfo>emptyList());
    assertEquals(Fixtures.OFFER, nextCall(Call.Type.DECLINE).getDecline().getOfferIds(0));
  }

  @Test
  void callsKeepTheirOrder() throws Exception {
    register();
    driver.declineOffer(Fixtures.OFFER);
    driver.killTask(Fixtures.taskId("t-1"));
    driver.reviveOffers();
    driver.suppressOffers();
    driver.reconcileTasks(Collections.singletonList(TaskStatus.newBuilder().setTaskId(Fixtures.taskId("t-2")).setSlaveId(Fixtures.AGENT).setState(TaskState.TASK_RUNNING).build()));
    driver.sendFrameworkMessage(ExecutorID.newBuilder().setValue("e").build(), Fixtures.AGENT, new byte[] {1, 2});
    assertFalse(nextCall(Call.Type.DECLINE).getDecline().hasFilters());
    assertEquals("t-1", nextCall(Call.Type.KILL).getKill().getTaskId().getValue());
    nextCall(Call.Type.REVIVE);
    nextCall(Call.Type.SUPPRESS);
    assertEquals("t-2", nextCall(Call.Type.RECONCILE).getReconcile().getTasks(0).getTaskId().getValue());
    assertArrayEquals(new byte[] {1, 2}, nextCall(Call.Type.MESSAGE).getMessage().getData().toByteArray());
  }

  @Test
  void statusUpdateIsAcknowledgedAfterItsCallback() throws Exception {
    FakeDaemon.Stream stream = register();
    scheduler.on("statusUpdate", (d, status) -> d.killTask(Fixtures.taskId("from-callback")));
    stream.send(Fixtures.update("t-1", TaskState.TASK_RUNNING, "0123456789abcdef"));
    scheduler.await("statusUpdate");
    nextCall(Call.Type.KILL);
    Call.Acknowledge acknowledge = nextCall(Call.Type.ACKNOWLEDGE).getAcknowledge();
    assertEquals("0123456789abcdef", acknowledge.getUuid().toStringUtf8());
    assertEquals(Fixtures.AGENT, acknowledge.getSlaveId());
    assertEquals("t-1", acknowledge.getTaskId().getValue());
  }

  @Test
  void statusUpdateWithoutUuidIsNotAcknowledged() throws Exception {
    FakeDaemon.Stream stream = register();
    stream.send(Fixtures.update("t-1", TaskState.TASK_LOST, ""));
    scheduler.await("statusUpdate");
    driver.reviveOffers();
    nextCall(Call.Type.REVIVE);
  }

  @Test
  void explicitAcknowledgementsAreLeftToTheFramework() throws Exception {
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework(), master.address(), false));
    FakeDaemon.Stream stream = subscribe();
    stream.send(Fixtures.update("t-1", TaskState.TASK_RUNNING, "0123456789abcdef"));
    TaskStatus status = (TaskStatus) scheduler.await("statusUpdate");
    driver.reviveOffers();
    nextCall(Call.Type.REVIVE);
    driver.acknowledgeStatusUpdate(status);
    nextCall(Call.Type.ACKNOWLEDGE);
  }

  @Test
  void acknowledgeStatusUpdateIsRefusedWithImplicitAcknowledgements() throws Exception {
    register();
    assertThrows(IllegalStateException.class, () -> driver.acknowledgeStatusUpdate(TaskStatus.newBuilder().buildPartial()));
  }

  @Test
  void otherEventsReachTheirCallbacksAndUnknownOnesNone() throws Exception {
    FakeDaemon.Stream stream = register();
    stream.raw(FakeDaemon.chunk(FakeDaemon.record(new byte[] {8, 99})));
    ExecutorID executor = ExecutorID.newBuilder().setValue("e").build();
    stream.send(Event.newBuilder().setType(Event.Type.RESCIND).setRescind(Event.Rescind.newBuilder().setOfferId(Fixtures.OFFER)).build());
    stream.send(Event.newBuilder().setType(Event.Type.FAILURE).setFailure(Event.Failure.newBuilder().setSlaveId(Fixtures.AGENT)).build());
    stream.send(Event.newBuilder().setType(Event.Type.FAILURE).setFailure(Event.Failure.newBuilder().setSlaveId(Fixtures.AGENT).setExecutorId(executor).setStatus(9)).build());
    stream.send(Event.newBuilder().setType(Event.Type.MESSAGE).setMessage(Event.Message.newBuilder().setSlaveId(Fixtures.AGENT).setExecutorId(executor)
        .setData(org.apache.mesos.protobuf.ByteString.copyFromUtf8("hello"))).build());
    assertEquals(Fixtures.OFFER, scheduler.await("offerRescinded"));
    assertEquals(Fixtures.AGENT, scheduler.await("slaveLost"));
    assertEquals("e 9", scheduler.await("executorLost"));
    assertEquals("hello", scheduler.await("frameworkMessage"));
  }

  @Test
  void stopTearsTheFrameworkDownAfterWhatWasQueued() throws Exception {
    register();
    driver.killTask(Fixtures.taskId("t-1"));
    assertEquals(Status.DRIVER_STOPPED, driver.stop());
    nextCall(Call.Type.KILL);
    nextCall(Call.Type.TEARDOWN);
    assertEquals(Status.DRIVER_STOPPED, ended());
    assertEquals(Status.DRIVER_STOPPED, driver.killTask(Fixtures.taskId("t-2")));
    assertEquals(Status.DRIVER_STOPPED, driver.stop());
  }

  @Test
  void stopForFailoverLeavesTheFrameworkAlone() throws Exception {
    register();
    assertEquals(Status.DRIVER_STOPPED, driver.stop(true));
    assertEquals(Status.DRIVER_STOPPED, ended());
    assertFalse(master.hasCall());
  }

  @Test
  void stopWithinACallbackEndsTheRun() throws Exception {
    scheduler.on("resourceOffers", (d, offers) -> d.stop());
    register().send(Fixtures.offers());
    assertEquals(Status.DRIVER_STOPPED, ended());
    nextCall(Call.Type.TEARDOWN);
  }

  @Test
  void stopReturnsThoughTheMasterAnswersNothing() throws Exception {
    System.setProperty("stoke.mesos.stop.timeout.ms", "100");
    try {
      register();
    } finally {
      System.clearProperty("stoke.mesos.stop.timeout.ms");
    }
    master.callAnswer = request -> new byte[0];
    assertEquals(Status.DRIVER_STOPPED, driver.stop());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void statusesFollowTheLifeOfADriver() throws Exception {
    SchedulerDriver idle = new MesosSchedulerDriver(scheduler, Fixtures.framework(), master.address());
    assertEquals(Status.DRIVER_NOT_STARTED, idle.stop());
    assertEquals(Status.DRIVER_NOT_STARTED, idle.abort());
    assertEquals(Status.DRIVER_NOT_STARTED, idle.join());
    assertEquals(Status.DRIVER_NOT_STARTED, idle.reviveOffers());
    register();
    assertEquals(Status.DRIVER_RUNNING, driver.start());
    assertEquals(Status.DRIVER_ABORTED, driver.abort());
    assertEquals(Status.DRIVER_ABORTED, ended());
    assertEquals(Status.DRIVER_ABORTED, driver.stop());
    assertFalse(master.hasCall());
  }

  @Test
  void constructorsRefuseNullsAndAddressesNobodyCanRead() {
    assertThrows(NullPointerException.class, () -> new MesosSchedulerDriver(null, Fixtures.framework(), "h:1"));
    assertThrows(NullPointerException.class, () -> new MesosSchedulerDriver(scheduler, null, "h:1"));
    assertThrows(NullPointerException.class, () -> new MesosSchedulerDriver(scheduler, Fixtures.framework(), null));
    assertThrows(NullPointerException.class, () -> new MesosSchedulerDriver(scheduler, Fixtures.framework(), "h:1", (Credential) null));
    assertThrows(IllegalArgumentException.class, () -> new MesosSchedulerDriver(scheduler, Fixtures.framework(), "h:notaport"));
  }

  @Test
  void frameworkIdGivenByTheFrameworkIsSubscribedWith() throws Exception {
    FrameworkID own = FrameworkID.newBuilder().setValue("own-id").build();
    start(new MesosSchedulerDriver(scheduler, Fixtures.framework().toBuilder().setId(own).build(), master.address()));
    Call call = Fixtures.call(master.awaitStream().request.body);
    assertEquals(Arrays.asList(own, own), Arrays.asList(call.getFrameworkId(), call.getSubscribe().getFrameworkInfo().getId()));
  }
}
