package dev.stoke.mesos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.executor.Protos.Event;

/** The executor driver: reports of tasks in, orders of the agent out. Any thread may call it at any time. */
public final class ExecutorDriverCore implements EventStream.Owner, ExecutorDriver {
  private static final String PATH = "/api/v1/executor";
  private final ExecutorEnvironment environment;
  private final ExecutorCalls calls;
  private final int stopTimeoutMs;
  private final int registerTimeoutMs;
  private final DriverState state = new DriverState();
  private final EventLoop events = new EventLoop("stoke-mesos-executor-events");
  private final PendingWork pending = new PendingWork();
  private final EventStream stream;
  private final CallSender sender;
  private final ExecutorCallbacks callbacks;
  private final ProcessEnd processEnd;
  /** Orders an update after the session it is meant for; never held during a callback or I/O. */
  private final Object sessionLock = new Object();
  private boolean everOpened;
  private long downSince;

  /** The driver given to callbacks is the one the executor made; null stands for this one. */
  public ExecutorDriverCore(ExecutorDriver self, Executor executor, UnaryOperator<String> variables, Settings settings) {
    if (executor == null) throw new NullPointerException("A driver needs an Executor, got null");
    this.environment = new ExecutorEnvironment(variables);
    this.calls = new ExecutorCalls(environment);
    this.stopTimeoutMs = settings.millis("stop.timeout.ms", 2_000);
    this.registerTimeoutMs = settings.millis("executor.register.timeout.ms", 60_000);
    Dialer dialer = new Dialer(settings, Authorization.ofToken(environment.token));
    this.stream = new EventStream(this, dialer, new FixedAgent(environment.agent), PATH, new Backoff(100, environment.maxBackoffMs));
    this.sender = new CallSender(stream, dialer, PATH);
    this.callbacks = new ExecutorCallbacks(self == null ? this : self, executor, this);
    this.processEnd = new ProcessEnd(environment.gracePeriodMs, settings.isOn("executor.exit"));
  }

  @Override
  public Status start() {
    if (!state.start()) return state.status();
    downSince = System.nanoTime();
    events.start();
    sender.start();
    stream.start();
    return state.status();
  }

  /** Sends what is queued, waiting a bounded time. */
  @Override
  public Status stop() {
    Status before = state.stop();
    if (before == Status.DRIVER_RUNNING && !sender.finish(null, stopTimeoutMs)) {
      Log.DRIVER.warn("Stopped after {} ms although not all calls had been answered", stopTimeoutMs);
    }
    if (before == Status.DRIVER_RUNNING || before == Status.DRIVER_ABORTED) end();
    return before == Status.DRIVER_RUNNING ? Status.DRIVER_STOPPED : before;
  }

  @Override
  public Status abort() {
    if (state.abort()) end();
    return state.status();
  }

  @Override
  public Status join() {
    return state.join();
  }

  @Override
  public Status run() {
    Status status = start();
    return status == Status.DRIVER_RUNNING ? join() : status;
  }

  /** An update made while disconnected goes out with the next subscription. */
  @Override
  public Status sendStatusUpdate(TaskStatus status) {
    if (!state.isRunning()) return state.status();
    if (status.getState() == TaskState.TASK_STAGING) {
      refused("Cannot send an update for task '" + status.getTaskId().getValue() + "': executors may not send TASK_STAGING");
      return state.status();
    }
    Call.Update update = calls.stamped(status);
    synchronized (sessionLock) {
      if (!pending.add(update)) {
        refused("Cannot send an update for task '" + status.getTaskId().getValue() + "': too many updates wait for the agent");
        return state.status();
      }
      Session session = stream.session();
      if (session != null) send(update, session);
    }
    return state.status();
  }

  @Override
  public Status sendFrameworkMessage(byte[] data) {
    if (!state.isRunning()) return state.status();
    sender.send(new OutgoingCall("MESSAGE", calls.message(data), 0, false, (failure, reason) -> Log.DRIVER.debug("A message was lost: {}", reason)));
    return state.status();
  }

  @Override
  public byte[] subscribe() {
    return pending.subscribe(calls).toByteArray();
  }

  @Override
  public void record(byte[] record, Session session) throws IOException, InterruptedException {
    Event event = Event.parser().parsePartialFrom(record);
    if (!state.isRunning()) return;
    book(event, session);
    events.submitWhenRoom(() -> {
      if (state.isRunning()) callbacks.dispatch(event);
    });
  }

  @Override
  public boolean broken(Session ended, String reason) {
    if (!state.isRunning()) return false;
    long now = System.nanoTime();
    if (ended != null) {
      downSince = now;
      Log.DRIVER.warn("Lost the agent: {}", reason);
      events.submit(() -> {
        if (state.isRunning()) callbacks.disconnected();
      });
    } else {
      Log.DRIVER.info("Not connected to the agent yet: {}", reason);
    }
    if (everOpened && !environment.checkpoint) return giveUp("the agent is gone, and the framework does not checkpoint");
    long limitMs = everOpened ? environment.recoveryTimeoutMs : registerTimeoutMs;
    if (TimeUnit.NANOSECONDS.toMillis(now - downSince) < limitMs) return true;
    return giveUp("the agent did not answer for " + limitMs + " ms: " + reason);
  }

  @Override
  public void refused(String reason) {
    Log.DRIVER.error("The driver gives up: {}", reason);
    if (!events.submit(() -> fail(reason))) fail(reason);
  }

  /** Aborted first, the executor told next, {@code join} freed last. */
  void fail(String message) {
    if (!state.abort()) return;
    stream.close();
    sender.close();
    try {
      callbacks.error(message);
    } catch (Throwable e) {
      Log.DRIVER.info("error() threw an exception of its own: {}", e.toString());
    } finally {
      end();
    }
  }

  /** Tells the executor to end, lets its last updates out, then sees to it that the process does end. */
  void shutdown() {
    processEnd.arm();
    try {
      callbacks.shutdown();
    } finally {
      stop();
      processEnd.begin();
    }
  }

  /** What must be known before the next SUBSCRIBE, whether or not the callback has run by then. */
  private void book(Event event, Session session) throws IOException {
    if (event.getType() == Event.Type.SUBSCRIBED) {
      opened(session);
    } else if (event.getType() == Event.Type.LAUNCH) {
      pending.add(event.getLaunch().getTask());
    } else if (event.getType() == Event.Type.LAUNCH_GROUP) {
      for (TaskInfo task : event.getLaunchGroup().getTaskGroup().getTasksList()) pending.add(task);
    } else if (event.getType() == Event.Type.ACKNOWLEDGED) {
      pending.acknowledged(event.getAcknowledged().getTaskId(), event.getAcknowledged().getUuid());
    }
  }

  /** Agents have no short heartbeat, so silence means nothing here. */
  private void opened(Session session) throws IOException {
    everOpened = true;
    synchronized (sessionLock) {
      stream.opened(session, 0);
      for (Call.Update update : pending.unannounced()) send(update, session);
    }
    Log.DRIVER.info("Subscribed at agent {} as executor {}", session.target, environment.executorId.getValue());
  }

  private void send(Call.Update update, Session session) {
    sender.send(new OutgoingCall("UPDATE", calls.update(update), session.number, true, (failure, reason) -> {
      if (failure == OutgoingCall.Failure.REFUSED) pending.forget(update);
      else if (stream.session() == session) stream.interrupt(session, "an update could not be sent: " + reason);
    }));
  }

  private boolean giveUp(String reason) {
    Log.DRIVER.error("The executor ends: {}", reason);
    events.submit(this::shutdown);
    return false;
  }

  private void end() {
    stream.close();
    sender.close();
    events.close();
    state.release();
  }

  /** An executor only ever talks to the agent that started it. */
  private static final class FixedAgent implements MasterDetector {
    private final HttpTarget agent;

    FixedAgent(HttpTarget agent) {
      this.agent = agent;
    }

    @Override
    public HttpTarget next() {
      return agent;
    }

    @Override
    public void close() {
      // An address holds nothing that needs closing.
    }
  }
}
