package dev.stoke.mesos;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Waiting times that double up to one second, stay there for a while so that a daemon that was only restarted
 * is found quickly, and then double up to the limit. Each is shortened at random, so that clients do not come
 * in step.
 */
final class Backoff {
  private static final int PLATEAU_MS = 1_000;
  private static final int PLATEAU_ATTEMPTS = 30;
  private final int firstMs;
  private final int maxMs;
  private int attempts;

  Backoff(int firstMs, int maxMs) {
    this.firstMs = Math.min(firstMs, maxMs);
    this.maxMs = maxMs;
  }

  /** Between half of and the whole of the time that this attempt may have. */
  int nextMs() {
    long ceiling = Math.min((long) firstMs << Math.min(attempts, 20), PLATEAU_MS);
    if (attempts > PLATEAU_ATTEMPTS) ceiling = (long) PLATEAU_MS << Math.min(attempts - PLATEAU_ATTEMPTS, 20);
    ceiling = Math.min(ceiling, maxMs);
    attempts++;
    return (int) (ceiling - ThreadLocalRandom.current().nextLong(ceiling / 2 + 1));
  }

  void reset() {
    attempts = 0;
  }
}
