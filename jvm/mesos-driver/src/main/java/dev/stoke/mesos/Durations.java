package dev.stoke.mesos;

/** Reads durations as Mesos writes them: a number, fractions allowed, and a unit, as in {@code 5secs}. */
final class Durations {
  private static final String[] UNITS = {"ns", "us", "ms", "secs", "mins", "hrs", "days", "weeks"};
  private static final double[] MILLIS = {1e-6, 1e-3, 1, 1e3, 60e3, 3600e3, 86_400e3, 604_800e3};

  private Durations() {}

  /** Whole milliseconds; the fallback for null and for what cannot be read. */
  static int millis(String text, int fallback) {
    if (text == null) return fallback;
    for (int i = 0; i < UNITS.length; i++) {
      if (!text.endsWith(UNITS[i])) continue;
      try {
        double value = Double.parseDouble(text.substring(0, text.length() - UNITS[i].length()).trim());
        if (value >= 0) return (int) Math.min(Integer.MAX_VALUE, value * MILLIS[i]);
      } catch (NumberFormatException e) {
        Log.DRIVER.debug("Unreadable number in the duration '{}'", text);
      }
    }
    Log.DRIVER.warn("Expected a duration like '5secs', got '{}': {} ms is used", text, fallback);
    return fallback;
  }
}
