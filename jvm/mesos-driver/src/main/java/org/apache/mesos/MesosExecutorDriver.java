package org.apache.mesos;

import dev.stoke.mesos.ExecutorDriverCore;
import dev.stoke.mesos.Settings;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskStatus;

/** Mesos's executor driver without native code. Put its jar before Mesos's own on the class path. */
public class MesosExecutorDriver implements ExecutorDriver {
  private final ExecutorDriverCore core;

  public MesosExecutorDriver(Executor executor) {
    this.core = new ExecutorDriverCore(this, executor, name -> System.getenv(name), Settings.ofProcess());
  }

  @Override
  public Status start() {
    return core.start();
  }

  @Override
  public Status stop() {
    return core.stop();
  }

  @Override
  public Status abort() {
    return core.abort();
  }

  @Override
  public Status join() {
    return core.join();
  }

  @Override
  public Status run() {
    return core.run();
  }

  @Override
  public Status sendStatusUpdate(TaskStatus status) {
    return core.sendStatusUpdate(status);
  }

  @Override
  public Status sendFrameworkMessage(byte[] data) {
    return core.sendFrameworkMessage(data);
  }
}
