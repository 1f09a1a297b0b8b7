package org.apache.mesos;

import dev.stoke.mesos.SchedulerDriverCore;
import dev.stoke.mesos.SchedulerOptions;
import dev.stoke.mesos.Settings;
import java.util.Collection;
import java.util.Collections;
import org.apache.mesos.Protos.Credential;
import org.apache.mesos.Protos.ExecutorID;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkInfo;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OfferID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.SlaveID;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskStatus;

/** Mesos's scheduler driver without native code. Put its jar before Mesos's own on the class path. */
public class MesosSchedulerDriver implements SchedulerDriver {
  private final SchedulerDriverCore core;

  public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master) {
    this(scheduler, new SchedulerOptions(framework, master, true, null));
  }

  public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master, Credential credential) {
    this(scheduler, framework, master, true, credential);
  }

  public MesosSchedulerDriver(Scheduler scheduler, FrameworkInfo framework, String master, boolean implicitAcknowledgements) {
    this(scheduler, new SchedulerOptions(framework, master, implicitAcknowledgements, null));
  }

  public MesosSchedulerDriver(
      Scheduler scheduler, FrameworkInfo framework, String master, boolean implicitAcknowledgements, Credential credential) {
    this(scheduler, new SchedulerOptions(framework, master, implicitAcknowledgements, required(credential)));
  }

  private MesosSchedulerDriver(Scheduler scheduler, SchedulerOptions options) {
    this.core = new SchedulerDriverCore(this, scheduler, options, Settings.ofProcess());
  }

  @Override
  public Status start() {
    return core.start();
  }

  @Override
  public Status stop(boolean failover) {
    return core.stop(failover);
  }

  @Override
  public Status stop() {
    return core.stop(false);
  }

  @Override
  public Status abort() {
    return core.abort();
  }

  @Override
  public Status join() {
    return core.join();
  }

  @Override
  public Status run() {
    return core.run();
  }

  @Override
  public Status requestResources(Collection<Request> requests) {
    return core.requestResources(requests);
  }

  @Override
  public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks, Filters filters) {
    return core.launchTasks(offerIds, tasks, filters);
  }

  @Override
  public Status launchTasks(Collection<OfferID> offerIds, Collection<TaskInfo> tasks) {
    return core.launchTasks(offerIds, tasks, null);
  }

  @Override
  public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks, Filters filters) {
    return core.launchTasks(Collections.singletonList(offerId), tasks, filters);
  }

  @Override
  public Status launchTasks(OfferID offerId, Collection<TaskInfo> tasks) {
    return core.launchTasks(Collections.singletonList(offerId), tasks, null);
  }

  @Override
  public Status killTask(TaskID taskId) {
    return core.killTask(taskId);
  }

  @Override
  public Status acceptOffers(Collection<OfferID> offerIds, Collection<Offer.Operation> operations, Filters filters) {
    return core.acceptOffers(offerIds, operations, filters);
  }

  @Override
  public Status declineOffer(OfferID offerId, Filters filters) {
    return core.decline(Collections.singletonList(offerId), filters);
  }

  @Override
  public Status declineOffer(OfferID offerId) {
    return core.decline(Collections.singletonList(offerId), null);
  }

  @Override
  public Status reviveOffers() {
    return core.reviveOffers();
  }

  @Override
  public Status suppressOffers() {
    return core.suppressOffers();
  }

  @Override
  public Status acknowledgeStatusUpdate(TaskStatus status) {
    return core.acknowledgeStatusUpdate(status);
  }

  @Override
  public Status sendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, byte[] data) {
    return core.sendFrameworkMessage(executorId, slaveId, data);
  }

  @Override
  public Status reconcileTasks(Collection<TaskStatus> statuses) {
    return core.reconcileTasks(statuses);
  }

  private static Credential required(Credential credential) {
    if (credential == null) throw new NullPointerException("This constructor of a driver needs a Credential, got null");
    return credential;
  }
}
