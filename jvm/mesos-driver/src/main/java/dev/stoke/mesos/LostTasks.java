package dev.stoke.mesos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;

/** The statuses a driver makes up for launches that no master will ever answer. */
final class LostTasks {
  private LostTasks() {}

  static List<TaskInfo> launchedBy(Collection<Offer.Operation> operations) {
    List<TaskInfo> tasks = new ArrayList<>();
    for (Offer.Operation operation : operations) {
      tasks.addAll(operation.getLaunch().getTaskInfosList());
      tasks.addAll(operation.getLaunchGroup().getTaskGroup().getTasksList());
    }
    return tasks;
  }

  /** Carries the agent's id, unlike the native driver's: Spark looks it up without asking whether it is there. */
  static TaskStatus status(TaskInfo task, String reason) {
    TaskStatus.Builder status = TaskStatus.newBuilder();
    status.setTaskId(task.getTaskId()).setState(TaskState.TASK_LOST).setSlaveId(task.getSlaveId());
    status.setSource(TaskStatus.Source.SOURCE_MASTER).setReason(TaskStatus.Reason.REASON_MASTER_DISCONNECTED);
    status.setMessage("Launch not accepted: " + reason);
    status.setTimestamp(System.currentTimeMillis() / 1000.0);
    return status.buildPartial();
  }
}
