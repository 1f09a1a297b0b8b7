package dev.stoke.mesos;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.mesos.Protos;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.MasterInfo;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;

/** Keeps each callback in a queue, and runs what a test has put behind its name. */
final class RecordingScheduler implements Scheduler {
  /** A callback and what it was given. */
  static final class Callback {
    final String name;
    final Object value;

    Callback(String name, Object value) {
      this.name = name;
      this.value = value;
    }
  }

  final BlockingQueue<Callback> callbacks = new LinkedBlockingQueue<>();
  private final Map<String, BiConsumer<SchedulerDriver, Object>> reactions = new ConcurrentHashMap<>();

  RecordingScheduler on(String name, BiConsumer<SchedulerDriver, Object> reaction) {
    reactions.put(name, reaction);
    return this;
  }

  /** The value of the next callback, which must be the one named. */
  Object await(String name) throws InterruptedException {
    Callback next = FakeDaemon.found(callbacks.poll(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS), "no callback '" + name + "'");
    if (!next.name.equals(name)) throw new AssertionError("expected callback '" + name + "', got '" + next.name + "': " + next.value);
    return next.value;
  }

  private void record(String name, SchedulerDriver driver, Object value) {
    callbacks.add(new Callback(name, value));
    BiConsumer<SchedulerDriver, Object> reaction = reactions.get(name);
    if (reaction != null) reaction.accept(driver, value);
  }

  @Override
  public void registered(SchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo) {
    record("registered", driver, new Object[] {frameworkId, masterInfo});
  }

  @Override
  public void reregistered(SchedulerDriver driver, MasterInfo masterInfo) {
    record("reregistered", driver, masterInfo);
  }

  @Override
  public void resourceOffers(SchedulerDriver driver, List<Protos.Offer> offers) {
    record("resourceOffers", driver, offers);
  }

  @Override
  public void offerRescinded(SchedulerDriver driver, OfferID offerId) {
    record("offerRescinded", driver, offerId);
  }

  @Override
  public void statusUpdate(SchedulerDriver driver, TaskStatus status) {
    record("statusUpdate", driver, status);
  }

  @Override
  public void frameworkMessage(SchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, byte[] data) {
    record("frameworkMessage", driver, new String(data, java.nio.charset.StandardCharsets.UTF_8));
  }

  @Override
  public void disconnected(SchedulerDriver driver) {
    record("disconnected", driver, null);
  }

  @Override
  public void slaveLost(SchedulerDriver driver, SlaveID slaveId) {
    record("slaveLost", driver, slaveId);
  }

  @Override
  public void executorLost(SchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, int status) {
    record("executorLost", driver, executorId.getValue() + " " + status);
  }

  @Override
  public void error(SchedulerDriver driver, String message) {
    record("error", driver, message);
  }
}
