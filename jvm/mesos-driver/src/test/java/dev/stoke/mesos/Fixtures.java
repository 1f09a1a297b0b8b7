package dev.stoke.mesos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ServerSocketFactory;
import org.apache.mesos.Protos.FrameworkID;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.protobuf.ByteString;
import org.apache.mesos.scheduler.Protos.Call;
import org.apache.mesos.scheduler.Protos.Event;

/** Small messages that the tests share. */
final class Fixtures {
  static final FrameworkID FRAMEWORK_ID = FrameworkID.newBuilder().setValue("fw-1").build();
  static final SlaveID AGENT = SlaveID.newBuilder().setValue("agent-1").build();
  static final OfferID OFFER = OfferID.newBuilder().setValue("offer-1").build();

  private Fixtures() {}

  static FakeDaemon master() throws IOException {
    return master(ServerSocketFactory.getDefault());
  }

  static FakeDaemon master(ServerSocketFactory sockets) throws IOException {
    return new FakeDaemon(body -> call(body).getType() == Call.Type.SUBSCRIBE, sockets);
  }

  static Call call(byte[] body) {
    try {
      return Call.parser().parsePartialFrom(body);
    } catch (IOException e) {
      throw new AssertionError("a call that cannot be parsed", e);
    }
  }

  static FrameworkInfo framework() {
    return FrameworkInfo.newBuilder().setUser("me").setName("test").setHostname("here").setFailoverTimeout(600).build();
  }

  static Event subscribed(double heartbeatSeconds) {
    Event.Subscribed subscribed = Event.Subscribed.newBuilder().setFrameworkId(FRAMEWORK_ID).setHeartbeatIntervalSeconds(heartbeatSeconds).build();
    return Event.newBuilder().setType(Event.Type.SUBSCRIBED).setSubscribed(subscribed).build();
  }

  static Event heartbeat() {
    return Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
  }

  static Event offers() {
    Offer offer = Offer.newBuilder().setId(OFFER).setFrameworkId(FRAMEWORK_ID).setSlaveId(AGENT).setHostname("h").build();
    return Event.newBuilder().setType(Event.Type.OFFERS).setOffers(Event.Offers.newBuilder().addOffers(offer)).build();
  }

  static Event error(String message) {
    return Event.newBuilder().setType(Event.Type.ERROR).setError(Event.Error.newBuilder().setMessage(message)).build();
  }

  static Event update(String task, TaskState state, String uuid) {
    TaskStatus.Builder status = TaskStatus.newBuilder().setTaskId(taskId(task)).setState(state).setSlaveId(AGENT);
    if (!uuid.isEmpty()) status.setUuid(ByteString.copyFromUtf8(uuid));
    return Event.newBuilder().setType(Event.Type.UPDATE).setUpdate(Event.Update.newBuilder().setStatus(status)).build();
  }

  static TaskID taskId(String id) {
    return TaskID.newBuilder().setValue(id).build();
  }

  static List<TaskInfo> tasks(String id) {
    return Collections.singletonList(TaskInfo.newBuilder().setName(id).setTaskId(taskId(id)).setSlaveId(AGENT).build());
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in = Fixtures.class.getResourceAsStream("/recordings/" + name)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int c = in.read(); c >= 0; c = in.read()) bytes.write(c);
      return bytes.toByteArray();
    }
  }

  /** What follows the head of a recorded request. */
  static byte[] recordedBody(String name) throws IOException {
    byte[] all = resource(name);
    for (int i = 3; i < all.length; i++) {
      if (all[i - 3] == '\r' && all[i - 2] == '\n' && all[i - 1] == '\r' && all[i] == '\n') return Arrays.copyOfRange(all, i + 1, all.length);
    }
    throw new AssertionError(name + " has no end of its head");
  }
}
