package dev.stoke.mesos;

/**
 * Ends the executor's process after a shutdown: in good order once the driver has stopped, by force when the
 * grace period is over. The native driver kills the process too; executors such as Spark's count on it.
 */
final class ProcessEnd {
  private final int gracePeriodMs;
  private final boolean enabled;

  ProcessEnd(int gracePeriodMs, boolean enabled) {
    this.gracePeriodMs = gracePeriodMs;
    this.enabled = enabled;
  }

  /** From now on the process has the grace period left. */
  void arm() {
    daemon("stoke-mesos-halt", () -> {
      try {
        Thread.sleep(gracePeriodMs);
      } catch (InterruptedException e) {
        Log.DRIVER.debug("The wait before the end of the process was cut short");
      }
      Runtime.getRuntime().halt(1);
    });
  }

  /** Runs shutdown hooks and exits, on a thread of its own since hooks may wait for this one. */
  void begin() {
    daemon("stoke-mesos-exit", () -> System.exit(0));
  }

  private void daemon(String name, Runnable run) {
    if (!enabled) return;
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    thread.start();
  }
}
