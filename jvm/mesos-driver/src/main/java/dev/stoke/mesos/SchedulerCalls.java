package dev.stoke.mesos;

import java.util.Collection;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.ExecutorInfo;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.protobuf.ByteString;
import org.apache.mesos.scheduler.Protos.Call;

/**
 * Builds scheduler calls in the v0 classes. Their field numbers are those of v1, but for {@code
 * Subscribe.force} and {@code suppressed_roles}, which are therefore never set, so their bytes are v1 bytes.
 */
final class SchedulerCalls {
  private SchedulerCalls() {}

  /** The id goes both into the call and into the framework, or into neither. */
  static Call subscribe(FrameworkInfo framework, FrameworkID id) {
    FrameworkInfo.Builder info = framework.toBuilder();
    Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
    if (id != null) {
      info.setId(id);
      call.setFrameworkId(id);
    }
    return call.setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info.buildPartial()).buildPartial()).buildPartial();
  }

  static Call teardown(FrameworkID id) {
    return call(id, Call.Type.TEARDOWN).buildPartial();
  }

  static Call accept(FrameworkID id, Collection<OfferID> offers, Collection<Offer.Operation> operations, Filters filters) {
    Call.Accept.Builder accept = Call.Accept.newBuilder().addAllOfferIds(offers);
    for (Offer.Operation operation : operations) accept.addOperations(completed(operation, id));
    if (filters != null) accept.setFilters(filters);
    return call(id, Call.Type.ACCEPT).setAccept(accept.buildPartial()).buildPartial();
  }

  static Call decline(FrameworkID id, Collection<OfferID> offers, Filters filters) {
    Call.Decline.Builder decline = Call.Decline.newBuilder().addAllOfferIds(offers);
    if (filters != null) decline.setFilters(filters);
    return call(id, Call.Type.DECLINE).setDecline(decline.buildPartial()).buildPartial();
  }

  static Call revive(FrameworkID id) {
    return call(id, Call.Type.REVIVE).buildPartial();
  }

  static Call suppress(FrameworkID id) {
    return call(id, Call.Type.SUPPRESS).buildPartial();
  }

  /** The agent may be null. */
  static Call kill(FrameworkID id, TaskID task, SlaveID agent) {
    Call.Kill.Builder kill = Call.Kill.newBuilder().setTaskId(task);
    if (agent != null) kill.setSlaveId(agent);
    return call(id, Call.Type.KILL).setKill(kill.buildPartial()).buildPartial();
  }

  static Call acknowledge(FrameworkID id, TaskStatus status) {
    Call.Acknowledge.Builder acknowledge = Call.Acknowledge.newBuilder();
    acknowledge.setSlaveId(status.getSlaveId()).setTaskId(status.getTaskId()).setUuid(status.getUuid());
    return call(id, Call.Type.ACKNOWLEDGE).setAcknowledge(acknowledge.buildPartial()).buildPartial();
  }

  static Call reconcile(FrameworkID id, Collection<TaskStatus> statuses) {
    Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
    for (TaskStatus status : statuses) {
      Call.Reconcile.Task.Builder task = Call.Reconcile.Task.newBuilder().setTaskId(status.getTaskId());
      if (status.hasSlaveId()) task.setSlaveId(status.getSlaveId());
      reconcile.addTasks(task.buildPartial());
    }
    return call(id, Call.Type.RECONCILE).setReconcile(reconcile.buildPartial()).buildPartial();
  }

  static Call message(FrameworkID id, ExecutorID executor, SlaveID agent, byte[] data) {
    Call.Message.Builder message = Call.Message.newBuilder();
    message.setExecutorId(executor).setSlaveId(agent).setData(ByteString.copyFrom(data));
    return call(id, Call.Type.MESSAGE).setMessage(message.buildPartial()).buildPartial();
  }

  static Call request(FrameworkID id, Collection<Request> requests) {
    Call.Request request = Call.Request.newBuilder().addAllRequests(requests).buildPartial();
    return call(id, Call.Type.REQUEST).setRequest(request).buildPartial();
  }

  private static Call.Builder call(FrameworkID id, Call.Type type) {
    return Call.newBuilder().setFrameworkId(id).setType(type);
  }

  /** Executors need to name their framework; the native driver fills that in too. */
  private static Offer.Operation completed(Offer.Operation operation, FrameworkID id) {
    if (operation.getType() != Offer.Operation.Type.LAUNCH) return operation;
    Offer.Operation.Launch.Builder launch = operation.getLaunch().toBuilder();
    for (int i = 0; i < launch.getTaskInfosCount(); i++) {
      TaskInfo task = launch.getTaskInfos(i);
      if (!task.hasExecutor() || task.getExecutor().hasFrameworkId()) continue;
      ExecutorInfo executor = task.getExecutor().toBuilder().setFrameworkId(id).buildPartial();
      launch.setTaskInfos(i, task.toBuilder().setExecutor(executor).buildPartial());
    }
    return operation.toBuilder().setLaunch(launch.buildPartial()).buildPartial();
  }
}
