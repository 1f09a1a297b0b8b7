package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;
import org.apache.mesos.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An executor and its agent. */
class ExecutorDriverTest {
  private FakeDaemon agent;
  private final RecordingExecutor executor = new RecordingExecutor();
  private final Map<String, String> environment = new HashMap<>();
  private ExecutorDriverCore driver;
  private CompletableFuture<Status> run;

  @BeforeEach
  void startAgent() throws IOException {
    agent = new FakeDaemon(body -> call(body).getType() == Call.Type.SUBSCRIBE, ServerSocketFactory.getDefault());
    environment.put("MESOS_AGENT_ENDPOINT", agent.address());
    environment.put("MESOS_FRAMEWORK_ID", "fw-1");
    environment.put("MESOS_EXECUTOR_ID", "ex-1");
    environment.put("MESOS_SLAVE_ID", "agent-1");
    environment.put("MESOS_CHECKPOINT", "1");
    environment.put("MESOS_SUBSCRIPTION_BACKOFF_MAX", "50ms");
  }

  @AfterEach
  void end() throws Exception {
    if (driver != null) driver.abort();
    if (run != null) run.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
    agent.close();
  }

  @Test
  void happyPathFromRegistrationToShutdown() throws Exception {
    FakeDaemon.Stream stream = register();
    assertEquals("/api/v1/executor", stream.request.path);
    stream.send(launch("t-1"));
    assertEquals("launchTask t-1", executor.await());
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_RUNNING));
    TaskStatus sent = nextCall(Call.Type.UPDATE).getUpdate().getStatus();
    assertEquals(16, sent.getUuid().size());
    assertEquals(TaskStatus.Source.SOURCE_EXECUTOR, sent.getSource());
    assertEquals("ex-1", sent.getExecutorId().getValue());
    assertEquals(Fixtures.AGENT, sent.getSlaveId());
    assertTrue(sent.getTimestamp() > 0);
    stream.send(acknowledged("t-1", sent.getUuid()));
    stream.send(Event.newBuilder().setType(Event.Type.KILL).setKill(Event.Kill.newBuilder().setTaskId(Fixtures.taskId("t-1"))).build());
    assertEquals("killTask t-1", executor.await());
    stream.send(Event.newBuilder().setType(Event.Type.MESSAGE).setMessage(Event.Message.newBuilder().setData(ByteString.copyFromUtf8("hi"))).build());
    assertEquals("frameworkMessage hi", executor.await());
    driver.sendFrameworkMessage("yo".getBytes("UTF-8"));
    assertEquals("yo", nextCall(Call.Type.MESSAGE).getMessage().getData().toStringUtf8());
    stream.send(Event.newBuilder().setType(Event.Type.SHUTDOWN).build());
    assertEquals("shutdown", executor.await());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void restartedAgentLearnsOfWhatItHadNotConfirmed() throws Exception {
    FakeDaemon.Stream stream = register();
    stream.send(launch("t-1"));
    stream.send(launch("t-2"));
    executor.await();
    executor.await();
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_RUNNING));
    ByteString confirmed = nextCall(Call.Type.UPDATE).getUpdate().getStatus().getUuid();
    stream.send(acknowledged("t-1", confirmed));
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_FINISHED));
    ByteString open = nextCall(Call.Type.UPDATE).getUpdate().getStatus().getUuid();
    agent.die();
    assertEquals("disconnected", executor.await());
    driver.sendStatusUpdate(status("t-2", TaskState.TASK_RUNNING));
    agent.comeBack();
    FakeDaemon.Stream second = agent.awaitStream();
    Call.Subscribe subscribe = call(second.request.body).getSubscribe();
    assertEquals("t-2", subscribe.getUnacknowledgedTasks(0).getTaskId().getValue());
    assertEquals(1, subscribe.getUnacknowledgedTasksCount());
    assertEquals(2, subscribe.getUnacknowledgedUpdatesCount());
    assertEquals(open, subscribe.getUnacknowledgedUpdates(0).getStatus().getUuid());
    driver.sendStatusUpdate(status("t-2", TaskState.TASK_FINISHED));
    second.send(subscribed());
    assertEquals("reregistered host-1", executor.await());
    assertEquals(TaskState.TASK_FINISHED, nextCall(Call.Type.UPDATE).getUpdate().getStatus().getState());
    driver.stop();
    assertFalse(agent.hasCall());
  }

  @Test
  void updateThatTheAgentCannotTakeIsSentWithTheNextSubscription() throws Exception {
    register();
    agent.callAnswer = request -> null;
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_RUNNING));
    assertEquals("disconnected", executor.await());
    assertEquals(1, call(agent.awaitStream().request.body).getSubscribe().getUnacknowledgedUpdatesCount());
  }

  @Test
  void recoveringAgentIsAskedAgain() throws Exception {
    agent.refuseNextSubscribe(FakeDaemon.answer("503 Service Unavailable", "Agent has not finished recovery"));
    register();
  }

  @Test
  void lostAgentEndsAnExecutorThatDoesNotCheckpoint() throws Exception {
    environment.put("MESOS_CHECKPOINT", "0");
    register();
    agent.close();
    assertEquals("disconnected", executor.await());
    assertEquals("shutdown", executor.await());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void agentThatStaysAwayEndsTheExecutorAfterTheRecoveryTimeout() throws Exception {
    environment.put("MESOS_RECOVERY_TIMEOUT", "0.1secs");
    register();
    agent.close();
    assertEquals("disconnected", executor.await());
    assertEquals("shutdown", executor.await());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void lastUpdatesGoOutBeforeStopReturns() throws Exception {
    register();
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_FINISHED));
    assertEquals(Status.DRIVER_STOPPED, driver.stop());
    assertTrue(agent.hasCall());
  }

  @Test
  void stagingIsNoStateForAnExecutorToSend() throws Exception {
    register();
    driver.sendStatusUpdate(status("t-1", TaskState.TASK_STAGING));
    assertTrue(executor.await().startsWith("error Cannot send an update for task 't-1'"));
    assertEquals(Status.DRIVER_ABORTED, ended());
  }

  @Test
  void environmentIsReadWithTokenAndOldAgentAddress() throws Exception {
    environment.remove("MESOS_AGENT_ENDPOINT");
    environment.put("MESOS_SLAVE_PID", "slave(1)@" + agent.address());
    environment.put("MESOS_EXECUTOR_AUTHENTICATION_TOKEN", "abc");
    assertEquals("Bearer abc", register().request.headers.get("authorization"));
    environment.remove("MESOS_EXECUTOR_ID");
    assertThrows(IllegalStateException.class, () -> new ExecutorEnvironment(environment::get));
    assertEquals(90_000, Durations.millis("1.5mins", 1));
    assertEquals(1, Durations.millis("soon", 1));
  }

  @Test
  void recordingOfARealAgentIsFollowedToItsShutdown() throws Exception {
    agent.refuseNextSubscribe(Fixtures.resource("executor/00-subscribe.stream"));
    environment.put("MESOS_CHECKPOINT", "0");
    start();
    assertEquals("registered ex-1 executor-data localhost", executor.await());
    StringBuilder seen = new StringBuilder();
    for (String callback = executor.await(); !callback.equals("shutdown"); callback = executor.await()) seen.append(callback).append('\n');
    assertTrue(seen.toString().matches("launchTask x-1\nlaunchTask x-2\nframeworkMessage .*\nkillTask x-1\nframeworkMessage .*\nlaunchTask x-3\n"), seen.toString());
    assertEquals(Status.DRIVER_STOPPED, ended());
  }

  @Test
  void callsHaveTheBytesOfTheRecordedOnes() throws Exception {
    ExecutorEnvironment recorded = new ExecutorEnvironment(recordedEnvironment()::get);
    ExecutorCalls calls = new ExecutorCalls(recorded);
    Call subscribe = calls.subscribe(java.util.Collections.emptyList(), java.util.Collections.emptyList());
    assertEquals(call(Fixtures.recordedBody("executor/00-subscribe.request")), subscribe);
    Call update = call(Fixtures.recordedBody("executor/01-update-x-1-TASK_RUNNING.request"));
    assertEquals(update, calls.update(update.getUpdate()));
  }

  private static Map<String, String> recordedEnvironment() throws IOException {
    Call recorded = call(Fixtures.recordedBody("executor/00-subscribe.request"));
    Map<String, String> variables = new HashMap<>();
    variables.put("MESOS_AGENT_ENDPOINT", "127.0.0.1:5051");
    variables.put("MESOS_FRAMEWORK_ID", recorded.getFrameworkId().getValue());
    variables.put("MESOS_EXECUTOR_ID", recorded.getExecutorId().getValue());
    return variables;
  }

  private void start() {
    Settings settings = new Settings(name -> name.equals("stoke.mesos.executor.exit") ? "false" : null, name -> null);
    driver = new ExecutorDriverCore(null, executor, environment::get, settings);
    run = new CompletableFuture<>();
    FakeDaemon.daemon(() -> run.complete(driver.run()));
  }

  private FakeDaemon.Stream register() throws Exception {
    start();
    FakeDaemon.Stream stream = agent.awaitStream();
    stream.send(subscribed());
    assertEquals("registered ex-1 data host-1", executor.await());
    return stream;
  }

  private Status ended() throws Exception {
    return run.get(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS);
  }

  private Call nextCall(Call.Type type) throws Exception {
    Call call = call(agent.awaitCall().body);
    assertEquals(type, call.getType());
    return call;
  }

  private static Call call(byte[] body) {
    try {
      return Call.parser().parsePartialFrom(body);
    } catch (IOException e) {
      throw new AssertionError("a call that cannot be parsed", e);
    }
  }

  private static Event subscribed() {
    ExecutorInfo info = ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("ex-1")).setData(ByteString.copyFromUtf8("data")).buildPartial();
    Event.Subscribed subscribed = Event.Subscribed.newBuilder().setExecutorInfo(info).setFrameworkInfo(Fixtures.framework())
        .setSlaveInfo(SlaveInfo.newBuilder().setHostname("host-1")).buildPartial();
    return Event.newBuilder().setType(Event.Type.SUBSCRIBED).setSubscribed(subscribed).buildPartial();
  }

  private static Event launch(String task) {
    return Event.newBuilder().setType(Event.Type.LAUNCH).setLaunch(Event.Launch.newBuilder().setTask(Fixtures.tasks(task).get(0))).build();
  }

  private static Event acknowledged(String task, ByteString uuid) {
    return Event.newBuilder().setType(Event.Type.ACKNOWLEDGED)
        .setAcknowledged(Event.Acknowledged.newBuilder().setTaskId(Fixtures.taskId(task)).setUuid(uuid)).build();
  }

  private static TaskStatus status(String task, TaskState state) {
    return TaskStatus.newBuilder().setTaskId(Fixtures.taskId(task)).setState(state).build();
  }
}
