package dev.stoke.mesos;

import java.util.concurrent.CountDownLatch;
import org.apache.mesos.Protos.Status;

/**
 * The life of a driver: not started, running, then stopped or aborted, as Mesos's own drivers define it.
 * {@link #release} comes last, when nothing more will be sent or called back, and frees {@code join}.
 */
final class DriverState {
  private final CountDownLatch ended = new CountDownLatch(1);
  private Status status = Status.DRIVER_NOT_STARTED;
  private boolean aborted;

  synchronized Status status() {
    return status;
  }

  boolean isRunning() {
    return status() == Status.DRIVER_RUNNING;
  }

  /** Whether it was this call that started the driver. */
  synchronized boolean start() {
    if (status != Status.DRIVER_NOT_STARTED) return false;
    status = Status.DRIVER_RUNNING;
    return true;
  }

  /** Whether it was this call that ended a running driver. */
  synchronized boolean abort() {
    if (status != Status.DRIVER_RUNNING) return false;
    status = Status.DRIVER_ABORTED;
    aborted = true;
    return true;
  }

  /** The status before; a driver that runs or was aborted is stopped from now on. */
  synchronized Status stop() {
    Status before = status;
    if (before == Status.DRIVER_RUNNING || before == Status.DRIVER_ABORTED) status = Status.DRIVER_STOPPED;
    return before;
  }

  void release() {
    ended.countDown();
  }

  /**
   * Waits for the end. A driver that was aborted says so for good, even if its framework answered the error
   * with {@code stop}: Spark would otherwise wait for ever for its registration.
   */
  Status join() {
    if (status() == Status.DRIVER_NOT_STARTED) return Status.DRIVER_NOT_STARTED;
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return status();
    }
    synchronized (this) {
      return aborted ? Status.DRIVER_ABORTED : status;
    }
  }
}
