package dev.stoke.mesos;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one logger of the drivers. Never handed a secret or a body. */
final class Log {
  static final Logger DRIVER = LoggerFactory.getLogger("dev.stoke.mesos.MesosDriver");

  private Log() {}
}
