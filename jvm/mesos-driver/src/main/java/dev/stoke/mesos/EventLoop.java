package dev.stoke.mesos;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The only thread that runs callbacks, in order, with no lock held meanwhile.
 *
 * <p>The reader of the stream waits for room, which slows the sender of events down; everybody else (who may
 * hold locks of the framework) never waits.
 */
final class EventLoop {
  private static final int ROOM = 4_096;
  private static final int HARD_LIMIT = 1_000_000;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Thread thread;
  private boolean closed;

  EventLoop(String name) {
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Adds at once. False when the loop is closed or overfull, and the event will not run. */
  synchronized boolean submit(Runnable event) {
    if (closed) return false;
    if (waiting.size() >= HARD_LIMIT) {
      Log.DRIVER.error("Dropped an event: {} events are waiting for the framework to return from a callback", HARD_LIMIT);
      return false;
    }
    waiting.addLast(event);
    notifyAll();
    return true;
  }

  /** Adds when there is room; for the reader of a stream. */
  synchronized void submitWhenRoom(Runnable event) throws InterruptedException {
    while (!closed && waiting.size() >= ROOM) wait();
    if (!closed) submit(event);
  }

  /** Forgets what waits and ends the thread after the callback that runs now, if any. */
  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
  }

  private void run() {
    for (Runnable event = next(); event != null; event = next()) {
      try {
        event.run();
      } catch (Throwable e) {
        // The native driver aborts here; one failing callback is no reason to lose every executor.
        Log.DRIVER.error("A callback of the framework threw an exception; the driver goes on", e);
      }
    }
  }

  private synchronized Runnable next() {
    try {
      while (!closed && waiting.isEmpty()) wait();
    } catch (InterruptedException e) {
      Log.DRIVER.error("The event thread was interrupted outside of a callback; the driver goes on", e);
      return () -> { };
    }
    if (closed) return null;
    notifyAll();
    return waiting.removeFirst();
  }
}
