package dev.stoke.mesos;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.UUID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.protobuf.ByteString;

/** Builds executor calls; their v0 and v1 forms are the same bytes. */
final class ExecutorCalls {
  private final ExecutorEnvironment environment;

  ExecutorCalls(ExecutorEnvironment environment) {
    this.environment = environment;
  }

  Call subscribe(Collection<TaskInfo> tasks, Collection<Call.Update> updates) {
    Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder();
    subscribe.addAllUnacknowledgedTasks(tasks).addAllUnacknowledgedUpdates(updates);
    return call(Call.Type.SUBSCRIBE).setSubscribe(subscribe.buildPartial()).buildPartial();
  }

  Call update(Call.Update update) {
    return call(Call.Type.UPDATE).setUpdate(update).buildPartial();
  }

  Call message(byte[] data) {
    Call.Message message = Call.Message.newBuilder().setData(ByteString.copyFrom(data)).buildPartial();
    return call(Call.Type.MESSAGE).setMessage(message).buildPartial();
  }

  /** A status with all that only the driver knows: who sent it, when, and the id that its acknowledgement names. */
  Call.Update stamped(TaskStatus status) {
    TaskStatus.Builder stamped = status.toBuilder();
    stamped.setUuid(randomId()).setSource(TaskStatus.Source.SOURCE_EXECUTOR).setExecutorId(environment.executorId);
    stamped.setTimestamp(System.currentTimeMillis() / 1000.0);
    if (environment.agentId != null) stamped.setSlaveId(environment.agentId);
    return Call.Update.newBuilder().setStatus(stamped.buildPartial()).buildPartial();
  }

  private Call.Builder call(Call.Type type) {
    return Call.newBuilder().setType(type).setExecutorId(environment.executorId).setFrameworkId(environment.frameworkId);
  }

  private static ByteString randomId() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return ByteString.copyFrom(bytes.array());
  }
}
