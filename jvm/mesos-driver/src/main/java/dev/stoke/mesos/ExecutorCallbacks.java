package dev.stoke.mesos;

import org.apache.mesos.Executor;
import org.apache.mesos.ExecutorDriver;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.executor.Protos.Event;

/** Turns an agent's events into the callbacks of an executor. Runs on the event thread only. */
final class ExecutorCallbacks {
  private final ExecutorDriver self;
  private final Executor executor;
  private final ExecutorDriverCore core;
  private boolean registered;

  ExecutorCallbacks(ExecutorDriver self, Executor executor, ExecutorDriverCore core) {
    this.self = self;
    this.executor = executor;
    this.core = core;
  }

  /** Events of kinds that this driver does not know, heartbeats among them, are passed over. */
  void dispatch(Event event) {
    switch (event.getType()) {
      case SUBSCRIBED:
        subscribed(event.getSubscribed());
        break;
      case LAUNCH:
        executor.launchTask(self, event.getLaunch().getTask());
        break;
      case LAUNCH_GROUP:
        for (TaskInfo task : event.getLaunchGroup().getTaskGroup().getTasksList()) executor.launchTask(self, task);
        break;
      case KILL:
        executor.killTask(self, event.getKill().getTaskId());
        break;
      case MESSAGE:
        executor.frameworkMessage(self, event.getMessage().getData().toByteArray());
        break;
      case SHUTDOWN:
        core.shutdown();
        break;
      case ERROR:
        core.fail(event.getError().getMessage());
        break;
      default:
        break;
    }
  }

  void disconnected() {
    executor.disconnected(self);
  }

  void shutdown() {
    executor.shutdown(self);
  }

  void error(String message) {
    executor.error(self, message);
  }

  private void subscribed(Event.Subscribed subscribed) {
    if (registered) {
      executor.reregistered(self, subscribed.getSlaveInfo());
      return;
    }
    registered = true;
    executor.registered(self, subscribed.getExecutorInfo(), subscribed.getFrameworkInfo(), subscribed.getSlaveInfo());
  }
}
