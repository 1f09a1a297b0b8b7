package dev.stoke.mesos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.junit.jupiter.api.Test;

/** What is said of tasks that end. */
class TaskEndsTest {
  @Test
  void badEndsAreToldWithStateAndReason() {
    TaskStatus status = status(TaskState.TASK_FAILED, "Memory limit\nexceeded\n\nSTATISTICS: 1").setReason(TaskStatus.Reason.REASON_CONTAINER_LIMITATION_MEMORY).build();
    assertEquals(
        "Task t-1 ended: Memory limit exceeded (TASK_FAILED, REASON_CONTAINER_LIMITATION_MEMORY)",
        TaskEnds.describe(status).get());
    assertEquals("Task t-1 ended: gone (TASK_LOST)", TaskEnds.describe(status(TaskState.TASK_LOST, "gone").build()).get());
  }

  @Test
  void goodEndsAndSilentOnesAreNot() {
    for (TaskState state : new TaskState[] {TaskState.TASK_RUNNING, TaskState.TASK_FINISHED, TaskState.TASK_KILLED}) {
      assertTrue(!TaskEnds.describe(status(state, "words").build()).isPresent(), state.name());
    }
    assertTrue(!TaskEnds.describe(status(TaskState.TASK_FAILED, "").build()).isPresent());
  }

  @Test
  void longMessagesAreCutOff() {
    String told = TaskEnds.describe(status(TaskState.TASK_ERROR, new String(new char[10_000]).replace('\0', 'x')).build()).get();
    assertTrue(told.length() < 500, told);
  }

  private static TaskStatus.Builder status(TaskState state, String message) {
    return TaskStatus.newBuilder().setTaskId(TaskID.newBuilder().setValue("t-1")).setState(state).setMessage(message);
  }
}
