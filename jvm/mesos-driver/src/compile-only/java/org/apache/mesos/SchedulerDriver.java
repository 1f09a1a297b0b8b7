package org.apache.mesos;

import java.util.Collection;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;

/**
 * The interface as Mesos 1.4 has it, for compiling with the jar of any later Mesos, which added methods. Not
 * part of our jar: at run time the one of Spark's own Mesos jar is used.
 */
public interface SchedulerDriver {
  Status start();

  Status stop(boolean failover);

  Status stop();

  Status abort();

  Status join();

  Status run();

  Status requestResources(Collection<Request> requests);

  Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks, Filters filters);

  Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks);

  Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks, Filters filters);

  Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks);

  Status killTask(TaskID taskId);

  Status acceptOffers(Collection<OfferID> offerIds, Collection<Offer.Operation> operations, Filters filters);

  Status declineOffer(OfferID offerId, Filters filters);

  Status declineOffer(OfferID offerId);

  Status reviveOffers();

  Status suppressOffers();

  Status acknowledgeStatusUpdate(TaskStatus status);

  Status sendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, byte[] data);

  Status reconcileTasks(Collection<TaskStatus> statuses);
}
