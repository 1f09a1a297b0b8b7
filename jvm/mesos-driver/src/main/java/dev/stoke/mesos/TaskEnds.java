package dev.stoke.mesos;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/**
 * Says why a task ended that should not have. Frameworks often keep this to themselves: Spark tells of an executor
 * that the connection broke, not that the container was over its memory.
 */
final class TaskEnds {
  private static final int LONGEST_MESSAGE = 400;
  private static final Set<TaskState> BAD =
      EnumSet.of(TaskState.TASK_FAILED, TaskState.TASK_ERROR, TaskState.TASK_LOST, TaskState.TASK_DROPPED, TaskState.TASK_GONE);

  private TaskEnds() {}

  /** A sentence on one line; empty for ends that were asked for and those without words. What follows a blank line is statistics. */
  static Optional<String> describe(TaskStatus status) {
    if (!BAD.contains(status.getState()) || status.getMessage().isEmpty()) return Optional.empty();
    String message = status.getMessage().trim().split("\n\\s*\n", 2)[0].replaceAll("\\p{Cntrl}+", " ");
    if (message.length() > LONGEST_MESSAGE) message = message.substring(0, LONGEST_MESSAGE) + " ...";
    String reason = status.hasReason() ? ", " + status.getReason() : "";
    return Optional.of("Task " + status.getTaskId().getValue() + " ended: " + message + " (" + status.getState() + reason + ")");
  }
}
