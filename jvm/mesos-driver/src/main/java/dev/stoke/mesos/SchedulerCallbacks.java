package dev.stoke.mesos;

import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.Scheduler;
import org.apache.mesos.SchedulerDriver;
import org.apache.mesos.scheduler.Protos.Event;

/** Turns events into the callbacks of a framework. Runs on the event thread only. */
final class SchedulerCallbacks {
  private final SchedulerDriver self;
  private final Scheduler scheduler;
  private final SchedulerDriverCore core;
  private boolean registered;

  SchedulerCallbacks(SchedulerDriver self, Scheduler scheduler, SchedulerDriverCore core) {
    this.self = self;
    this.scheduler = scheduler;
    this.core = core;
  }

  /** Events of kinds that this driver does not know, inverse offers among them, are passed over. */
  void dispatch(Event event, Session session) {
    switch (event.getType()) {
      case SUBSCRIBED:
        subscribed(event.getSubscribed(), session);
        break;
      case OFFERS:
        if (core.isCurrent(session)) scheduler.resourceOffers(self, event.getOffers().getOffersList());
        break;
      case RESCIND:
        scheduler.offerRescinded(self, event.getRescind().getOfferId());
        break;
      case UPDATE:
        statusUpdate(event.getUpdate().getStatus());
        break;
      case MESSAGE:
        message(event.getMessage());
        break;
      case FAILURE:
        failure(event.getFailure());
        break;
      case ERROR:
        core.fail(event.getError().getMessage());
        break;
      default:
        break;
    }
  }

  /** An update that the framework failed to handle is acknowledged all the same: a repetition would fail too. */
  void statusUpdate(TaskStatus status) {
    TaskEnds.describe(status).ifPresent(Log.DRIVER::warn);
    try {
      scheduler.statusUpdate(self, status);
    } finally {
      core.acknowledgeImplicitly(status);
    }
  }

  void disconnected() {
    scheduler.disconnected(self);
  }

  void error(String message) {
    scheduler.error(self, message);
  }

  private void subscribed(Event.Subscribed subscribed, Session session) {
    if (registered) {
      scheduler.reregistered(self, MasterInfos.of(subscribed, session));
      return;
    }
    registered = true;
    scheduler.registered(self, subscribed.getFrameworkId(), MasterInfos.of(subscribed, session));
  }

  private void message(Event.Message message) {
    scheduler.frameworkMessage(self, message.getExecutorId(), message.getSlaveId(), message.getData().toByteArray());
  }

  private void failure(Event.Failure failure) {
    if (failure.hasExecutorId()) {
      scheduler.executorLost(self, failure.getExecutorId(), failure.getSlaveId(), failure.hasStatus() ? failure.getStatus() : -1);
    } else {
      scheduler.slaveLost(self, failure.getSlaveId());
    }
  }
}
