package dev.stoke.mesos;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.SlaveInfo;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;

/** Keeps each callback of an executor as one line. */
final class RecordingExecutor implements Executor {
  final BlockingQueue<String> callbacks = new LinkedBlockingQueue<>();

  String await() throws InterruptedException {
    return FakeDaemon.found(callbacks.poll(FakeDaemon.WAIT_SECONDS, TimeUnit.SECONDS), "no callback");
  }

  @Override
  public void registered(ExecutorDriver driver, ExecutorInfo executor, FrameworkInfo framework, SlaveInfo agent) {
    callbacks.add("registered " + executor.getExecutorId().getValue() + " " + executor.getData().toStringUtf8() + " " + agent.getHostname());
  }

  @Override
  public void reregistered(ExecutorDriver driver, SlaveInfo agent) {
    callbacks.add("reregistered " + agent.getHostname());
  }

  @Override
  public void disconnected(ExecutorDriver driver) {
    callbacks.add("disconnected");
  }

  @Override
  public void launchTask(ExecutorDriver driver, TaskInfo task) {
    callbacks.add("launchTask " + task.getTaskId().getValue());
  }

  @Override
  public void killTask(ExecutorDriver driver, TaskID task) {
    callbacks.add("killTask " + task.getValue());
  }

  @Override
  public void frameworkMessage(ExecutorDriver driver, byte[] data) {
    callbacks.add("frameworkMessage " + new String(data, StandardCharsets.UTF_8));
  }

  @Override
  public void shutdown(ExecutorDriver driver) {
    callbacks.add("shutdown");
  }

  @Override
  public void error(ExecutorDriver driver, String message) {
    callbacks.add("error " + message);
  }
}
