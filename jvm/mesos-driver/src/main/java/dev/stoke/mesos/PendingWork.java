package dev.stoke.mesos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.executor.Protos.Call;
import org.apache.mesos.protobuf.ByteString;

/**
 * What the agent has not confirmed yet: updates until they are acknowledged, tasks until one of their updates
 * is. A restarted agent learns of both in the next SUBSCRIBE.
 */
final class PendingWork {
  private static final int MAX_UPDATES = 65_536;
  private final Map<ByteString, Call.Update> updates = new LinkedHashMap<>();
  private final Map<TaskID, TaskInfo> tasks = new LinkedHashMap<>();
  private final Set<ByteString> announced = new HashSet<>();

  /** False when too many updates wait already. */
  synchronized boolean add(Call.Update update) {
    if (updates.size() >= MAX_UPDATES) return false;
    updates.put(update.getStatus().getUuid(), update);
    return true;
  }

  synchronized void add(TaskInfo task) {
    tasks.put(task.getTaskId(), task);
  }

  synchronized void acknowledged(TaskID task, ByteString uuid) {
    updates.remove(uuid);
    tasks.remove(task);
  }

  /** For an update that the agent will never take. */
  synchronized void forget(Call.Update update) {
    updates.remove(update.getStatus().getUuid());
  }

  /** The SUBSCRIBE call for now; remembers which updates it carries. */
  synchronized Call subscribe(ExecutorCalls calls) {
    announced.clear();
    announced.addAll(updates.keySet());
    return calls.subscribe(new ArrayList<>(tasks.values()), new ArrayList<>(updates.values()));
  }

  /** The updates that came after the SUBSCRIBE call was built, oldest first. */
  synchronized Collection<Call.Update> unannounced() {
    List<Call.Update> later = new ArrayList<>();
    for (Map.Entry<ByteString, Call.Update> entry : updates.entrySet()) {
      if (!announced.contains(entry.getKey())) later.add(entry.getValue());
    }
    return later;
  }
}
