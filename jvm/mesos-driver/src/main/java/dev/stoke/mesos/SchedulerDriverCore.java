package dev.stoke.mesos;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.scheduler.Protos.Event;

/** The scheduler driver: a framework's calls in, its callbacks out. Any thread may call it at any time. */
public final class SchedulerDriverCore implements EventStream.Owner {
  private static final String PATH = "/api/v1/scheduler";
  private static final int MISSED_HEARTBEATS = 5;
  private final SchedulerOptions options;
  private final int stopTimeoutMs;
  private final int registerTimeoutMs;
  private final long reconnectTimeoutMs;
  private final DriverState state = new DriverState();
  private final EventLoop events = new EventLoop("stoke-mesos-events");
  private final MasterDetector detector;
  private final EventStream stream;
  private final CallSender sender;
  private final SchedulerCallbacks callbacks;
  private volatile FrameworkID frameworkId;
  private volatile boolean everOpened;
  private long downSince;

  /** The driver that callbacks are to be given is the one the framework made, not this one. */
  public SchedulerDriverCore(SchedulerDriver self, Scheduler scheduler, SchedulerOptions options, Settings settings) {
    if (scheduler == null) throw new NullPointerException("A driver needs a Scheduler, got null");
    this.options = options;
    this.frameworkId = options.framework.hasId() && !options.framework.getId().getValue().isEmpty() ? options.framework.getId() : null;
    this.stopTimeoutMs = settings.millis("stop.timeout.ms", 2_000);
    this.registerTimeoutMs = settings.millis("register.timeout.ms", 120_000);
    long failoverMs = (long) Math.min(options.framework.getFailoverTimeout() * 1000, Long.MAX_VALUE / 4);
    this.reconnectTimeoutMs = settings.millis("reconnect.timeout.ms", (int) Math.min(Integer.MAX_VALUE, Math.max(failoverMs, 600_000)));
    Dialer dialer = new Dialer(settings, Authorization.ofFramework(options.credential, settings));
    this.detector = MasterAddress.detector(options.master, settings);
    this.stream = new EventStream(this, dialer, detector, PATH, new Backoff(100, settings.millis("backoff.max.ms", 15_000)));
    this.sender = new CallSender(stream, dialer, PATH);
    this.callbacks = new SchedulerCallbacks(self, scheduler, this);
  }

  public Status start() {
    if (!state.start()) return state.status();
    downSince = System.nanoTime();
    events.start();
    sender.start();
    stream.start();
    return state.status();
  }

  /** Sends what is queued and, unless another instance is to take over, TEARDOWN; waits a bounded time. */
  public Status stop(boolean failover) {
    Status before = state.stop();
    if (before != Status.DRIVER_RUNNING && before != Status.DRIVER_ABORTED) return before;
    if (before == Status.DRIVER_RUNNING) {
      Session session = stream.session();
      boolean teardown = !failover && session != null && frameworkId != null;
      if (!failover && !teardown) {
        Log.DRIVER.warn("Stopping while not connected: the framework lives on at the master until its failover time-out ends");
      }
      OutgoingCall last = teardown ? call(SchedulerCalls.teardown(frameworkId), session.number, true) : null;
      if (!sender.finish(last, stopTimeoutMs)) {
        Log.DRIVER.warn("Stopped after {} ms although not all calls had been answered", stopTimeoutMs);
      }
    }
    end();
    return before == Status.DRIVER_ABORTED ? Status.DRIVER_ABORTED : Status.DRIVER_STOPPED;
  }

  public Status abort() {
    if (state.abort()) end();
    return state.status();
  }

  public Status join() {
    return state.join();
  }

  /** Starts and waits for the end. */
  public Status run() {
    Status status = start();
    return status == Status.DRIVER_RUNNING ? join() : status;
  }

  /** Tasks may be empty: that declines the offers. Filters may be null. */
  public Status launchTasks(Collection<OfferID> offers, Collection<TaskInfo> tasks, Filters filters) {
    if (tasks.isEmpty()) return decline(offers, filters);
    Offer.Operation.Launch launch = Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks).buildPartial();
    Offer.Operation operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH).setLaunch(launch).buildPartial();
    return acceptOffers(offers, Collections.singletonList(operation), filters);
  }

  public Status acceptOffers(Collection<OfferID> offers, Collection<Offer.Operation> operations, Filters filters) {
    if (!state.isRunning()) return state.status();
    Session session = stream.session();
    Collection<TaskInfo> tasks = LostTasks.launchedBy(operations);
    if (session == null) {
      lose(tasks, "the driver is not connected to a master");
      return state.status();
    }
    Call accept = SchedulerCalls.accept(frameworkId, offers, operations, filters);
    sender.send(new OutgoingCall("ACCEPT", accept, session.number, false, (failure, reason) -> {
      lose(tasks, reason);
      if (failure == OutgoingCall.Failure.UNKNOWN) killAll(tasks);
    }));
    return state.status();
  }

  public Status decline(Collection<OfferID> offers, Filters filters) {
    return whileConnected((id, session) -> call(SchedulerCalls.decline(id, offers, filters), session.number, true));
  }

  public Status killTask(TaskID task) {
    return whileConnected((id, session) -> call(SchedulerCalls.kill(id, task, null), 0, true));
  }

  public Status reviveOffers() {
    return whileConnected((id, session) -> call(SchedulerCalls.revive(id), 0, true));
  }

  public Status suppressOffers() {
    return whileConnected((id, session) -> call(SchedulerCalls.suppress(id), 0, true));
  }

  public Status requestResources(Collection<Request> requests) {
    return whileConnected((id, session) -> call(SchedulerCalls.request(id, requests), 0, true));
  }

  public Status reconcileTasks(Collection<TaskStatus> statuses) {
    return whileConnected((id, session) -> call(SchedulerCalls.reconcile(id, statuses), 0, true));
  }

  public Status sendFrameworkMessage(ExecutorID executor, SlaveID agent, byte[] data) {
    return whileConnected((id, session) -> call(SchedulerCalls.message(id, executor, agent, data), 0, false));
  }

  /** Only for frameworks that asked for explicit acknowledgements. */
  public Status acknowledgeStatusUpdate(TaskStatus status) {
    if (options.implicitAcknowledgements) {
      throw new IllegalStateException("Cannot acknowledge a status update: this driver was made with implicit acknowledgements");
    }
    return acknowledge(status);
  }

  @Override
  public byte[] subscribe() {
    return SchedulerCalls.subscribe(options.framework, frameworkId).toByteArray();
  }

  @Override
  public void record(byte[] record, Session session) throws IOException, InterruptedException {
    Event event = Event.parser().parsePartialFrom(record);
    if (event.getType() == Event.Type.HEARTBEAT || !state.isRunning()) return;
    if (event.getType() == Event.Type.SUBSCRIBED) subscribed(event.getSubscribed(), session);
    events.submitWhenRoom(() -> {
      if (state.isRunning()) callbacks.dispatch(event, session);
    });
  }

  @Override
  public boolean broken(Session ended, String reason) {
    if (!state.isRunning()) return false;
    long now = System.nanoTime();
    if (ended != null) {
      downSince = now;
      Log.DRIVER.warn("Lost the master: {}", reason);
      events.submit(() -> {
        if (state.isRunning()) callbacks.disconnected();
      });
    } else {
      Log.DRIVER.info("Not connected to a master yet: {}", reason);
    }
    long downMs = TimeUnit.NANOSECONDS.toMillis(now - downSince);
    if (downMs < (everOpened ? reconnectTimeoutMs : registerTimeoutMs)) return true;
    refused("Cannot reach a leading master at '" + shown(options.master) + "' for " + downMs / 1000 + " s: " + reason);
    return false;
  }

  @Override
  public void refused(String reason) {
    Log.DRIVER.error("The driver gives up: {}", reason);
    if (!events.submit(() -> fail(reason))) fail(reason);
  }

  /** Ends the driver as the native one does: aborted first, the framework told next, {@code join} freed last. */
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

  /** After the framework has seen the status, and only if someone waits for the acknowledgement. */
  void acknowledgeImplicitly(TaskStatus status) {
    if (options.implicitAcknowledgements) acknowledge(status);
  }

  /** Offers of a session that is over are void. */
  boolean isCurrent(Session session) {
    return stream.session() == session;
  }

  private void subscribed(Event.Subscribed subscribed, Session session) throws IOException {
    frameworkId = subscribed.getFrameworkId();
    double interval = subscribed.hasHeartbeatIntervalSeconds() ? subscribed.getHeartbeatIntervalSeconds() : 15;
    int limitMs = (int) Math.min(Integer.MAX_VALUE, Math.max(50, interval * 1000 * MISSED_HEARTBEATS));
    everOpened = true;
    stream.opened(session, limitMs);
    Log.DRIVER.info("Subscribed at {} as {}", session.target, frameworkId.getValue());
  }

  private Status acknowledge(TaskStatus status) {
    if (status.getUuid().isEmpty()) return state.status();
    // An acknowledgement that gets lost is asked for again: agents repeat the update.
    return whileConnected((id, session) -> call(SchedulerCalls.acknowledge(id, status), 0, true));
  }

  private void lose(Collection<TaskInfo> tasks, String reason) {
    for (TaskInfo task : tasks) {
      TaskStatus status = LostTasks.status(task, reason);
      events.submit(() -> {
        if (state.isRunning()) callbacks.statusUpdate(status);
      });
    }
  }

  /** Makes it true that tasks are lost which may have been launched after all. */
  private void killAll(Collection<TaskInfo> tasks) {
    for (TaskInfo task : tasks) {
      sender.send(call(SchedulerCalls.kill(frameworkId, task.getTaskId(), task.getSlaveId()), 0, true));
    }
  }

  private Status whileConnected(Building building) {
    Status status = state.status();
    if (status != Status.DRIVER_RUNNING) return status;
    Session session = stream.session();
    FrameworkID id = frameworkId;
    if (session != null && id != null) sender.send(building.build(id, session));
    else Log.DRIVER.debug("Dropped a call made while not connected");
    return status;
  }

  private static OutgoingCall call(Call call, long session, boolean repeatable) {
    String name = call.getType().name();
    return new OutgoingCall(name, call, session, repeatable, (failure, reason) -> Log.DRIVER.debug("{} was lost: {}", name, reason));
  }

  private void end() {
    stream.close();
    sender.close();
    events.close();
    state.release();
    // ZooKeeper's client may take its time to close.
    Thread closing = new Thread(detector::close, "stoke-mesos-close");
    closing.setDaemon(true);
    closing.start();
  }

  private static String shown(String master) {
    int at = master.lastIndexOf('@');
    return at < 0 ? master : master.substring(0, master.indexOf("//") + 2) + "***" + master.substring(at);
  }

  /** Builds a call once it is known that there is somebody to send it to. */
  private interface Building {
    OutgoingCall build(FrameworkID id, Session session);
  }
}
