package dev.stoke.mesos;

import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What the constructors of the drivers cannot carry: system property {@code stoke.mesos.token.file} or, when
 * that is absent, environment variable {@code STOKE_MESOS_TOKEN_FILE}, and so on for every name.
 */
public final class Settings {
  private static final String PREFIX = "stoke.mesos.";
  private final UnaryOperator<String> properties;
  private final UnaryOperator<String> environment;

  Settings(UnaryOperator<String> properties, UnaryOperator<String> environment) {
    this.properties = properties;
    this.environment = environment;
  }

  /** The settings of this process. */
  public static Settings ofProcess() {
    return new Settings(name -> System.getProperty(name), name -> System.getenv(name));
  }

  /** A setting without its surrounding blanks, or null when it is absent or blank. */
  String text(String name) {
    String value = properties.apply(PREFIX + name);
    if (value == null) {
      value = environment.apply((PREFIX + name).toUpperCase(Locale.ROOT).replace('.', '_'));
    }
    return value == null || value.trim().isEmpty() ? null : value.trim();
  }

  /** A positive whole number of milliseconds, or the fallback when the setting is absent. */
  int millis(String name, int fallback) {
    String value = text(name);
    if (value == null) return fallback;
    try {
      int millis = Integer.parseInt(value);
      if (millis > 0) return millis;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(expected(name, value), e);
    }
    throw new IllegalArgumentException(expected(name, value));
  }

  /** False only when the setting says false or 0. */
  boolean isOn(String name) {
    String value = text(name);
    return value == null || !(value.equals("0") || value.equalsIgnoreCase("false"));
  }

  private static String expected(String name, String value) {
    return "Expected `" + PREFIX + name + "` to be a positive number of milliseconds, got '" + value + "'";
  }
}
