package dev.stoke.mesos;

import java.util.function.UnaryOperator;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.SlaveID;

/** What an agent tells the executor it starts, by environment variables (Mesos executor API). */
final class ExecutorEnvironment {
  final HttpTarget agent;
  final FrameworkID frameworkId;
  final ExecutorID executorId;
  /** Null when the agent did not say. */
  final SlaveID agentId;
  /** Whether the executor is to outlive its agent's restart. */
  final boolean checkpoint;
  final int recoveryTimeoutMs;
  final int maxBackoffMs;
  final int gracePeriodMs;
  final String token;

  ExecutorEnvironment(UnaryOperator<String> environment) {
    this.agent = agent(environment);
    this.frameworkId = FrameworkID.newBuilder().setValue(required(environment, "MESOS_FRAMEWORK_ID")).build();
    this.executorId = ExecutorID.newBuilder().setValue(required(environment, "MESOS_EXECUTOR_ID")).build();
    String id = text(environment, "MESOS_SLAVE_ID");
    this.agentId = id == null ? null : SlaveID.newBuilder().setValue(id).build();
    this.checkpoint = "1".equals(text(environment, "MESOS_CHECKPOINT"));
    this.recoveryTimeoutMs = Durations.millis(text(environment, "MESOS_RECOVERY_TIMEOUT"), 15 * 60_000);
    this.maxBackoffMs = Math.max(1, Durations.millis(text(environment, "MESOS_SUBSCRIPTION_BACKOFF_MAX"), 2_000));
    this.gracePeriodMs = Durations.millis(text(environment, "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD"), 5_000);
    this.token = text(environment, "MESOS_EXECUTOR_AUTHENTICATION_TOKEN");
  }

  /** The endpoint, or else the part of {@code slave(1)@ip:port} that is one; over TLS when the agent speaks it. */
  private static HttpTarget agent(UnaryOperator<String> environment) {
    String tls = text(environment, "LIBPROCESS_SSL_ENABLED");
    String scheme = "true".equals(tls) || "1".equals(tls) ? "https://" : "";
    String endpoint = text(environment, "MESOS_AGENT_ENDPOINT");
    if (endpoint != null) return HttpTarget.parse(scheme + endpoint, false);
    String pid = required(environment, "MESOS_SLAVE_PID");
    return HttpTarget.parse(scheme + pid.substring(pid.indexOf('@') + 1), false);
  }

  private static String required(UnaryOperator<String> environment, String name) {
    String value = text(environment, name);
    if (value != null) return value;
    throw new IllegalStateException("Cannot run an executor: environment variable " + name + " is not set; executors are started by an agent");
  }

  private static String text(UnaryOperator<String> environment, String name) {
    String value = environment.apply(name);
    return value == null || value.trim().isEmpty() ? null : value.trim();
  }
}
