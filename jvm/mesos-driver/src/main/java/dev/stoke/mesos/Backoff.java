package dev.stoke.mesos;

import java.util.concurrent.ThreadLocalRandom;

/** Waiting times that double up to a limit, each shortened at random so that clients do not come in step. */
final class Backoff {
  private final int firstMs;
  private final int maxMs;
  private int attempts;

  Backoff(int firstMs, int maxMs) {
    this.firstMs = Math.min(firstMs, maxMs);
    this.maxMs = maxMs;
  }

  /** Between half of and the whole of {@code min(max, first * 2^n)}. */
  int nextMs() {
    long ceiling = Math.min((long) maxMs, (long) firstMs << Math.min(attempts, 20));
    attempts++;
    return (int) (ceiling - ThreadLocalRandom.current().nextLong(ceiling / 2 + 1));
  }

  void reset() {
    attempts = 0;
  }
}
