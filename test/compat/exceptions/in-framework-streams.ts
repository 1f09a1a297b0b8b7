/** Differences in what frameworks and executors are told. */
import { type Exception, FLAGS, HEAD_BODY, LEAVES, STILL_RUNNING } from './exception.ts';

export const inFrameworkStreams: readonly Exception[] = [
  {
    where: 'scheduler-misc-capabilities/*',
    path: '*executor_id',
    reason: 'A dropped task tells which executor it would have had',
  },
  ...['net-1', 'dock-1', 'img-1'].map((task) => ({
    where: `scheduler-misc-capabilities/00-subscribe.stream UPDATE ${task}`,
    path: 'update.status.message',
    reason: 'Our agent says in its own words what it cannot do',
  })),
  {
    where: 'scheduler-misc-capabilities/00-subscribe.stream UPDATE dock-1',
    path: 'update.status.reason',
    reason: 'A container that no containerizer takes is never launched, so nothing terminated',
  },
  {
    where: 'agent-unreachable/*-state.response',
    path: 'body.flags.*',
    reason: FLAGS,
  },
  {
    where: 'agent-unreachable/40-subscribe-old.stream',
    path: 'UPDATE un-2 *',
    reason: 'An agent stopped with an acknowledgement in its socket sends that update again',
    sometimes: true,
  },
  {
    where: 'agent-restart/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: STILL_RUNNING,
  },
  {
    where: 'scheduler-offers-two-roles/*.stream OFFERS',
    path: 'offers.offers[]',
    reason:
      'Which role comes first when both hold nothing follows from the frameworks before: here golden, then static',
    sometimes: true,
  },
  ...[
    ['executor-pb/executor-side-pb/00-subscribe.stream SUBSCRIBED', '[].subscribed'],
    ['operator-agent-empty/get_agent-pb.response', 'body.get_agent'],
    ['operator-agent-running/get_agent-pb.response', 'body.get_agent'],
  ].map(([where = '', path]) => ({
    where,
    path: `${path}.agent_info.checkpoint`,
    reason:
      'Upstream leaks a v0 field into the bytes that v1 does not have; its JSON does not show it',
  })),
  {
    where: 'operations-reserve-create/sandbox.txt',
    path: 'stdout',
    reason: 'The task lists its sandbox with sizes and times; the link to its volume is the same',
  },
  {
    where: 'scheduler-errors/method-head.response',
    path: 'body',
    reason: HEAD_BODY,
  },
  {
    where: 'scheduler-kill/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: STILL_RUNNING,
  },
  {
    where: 'scheduler-launch-checks/00-subscribe.stream OFFERS',
    path: 'offers.offers[].resources[].scalar.value',
    reason: STILL_RUNNING,
  },
  ...['g2-a', 'g2-b', 'g3-a'].map((task) => ({
    where: `launch-group/00-subscribe.stream UPDATE ${task}`,
    path: 'update.status.container_status.network_infos',
    reason: 'The recorded agent added to TASK_STARTING what it happened to know already',
  })),
  {
    where: 'launch-group/00-subscribe.stream UPDATE g3-a',
    path: 'update.status.container_status.executor_pid',
    reason: 'The recorded agent added to TASK_STARTING what it happened to know already',
  },
  {
    where: 'maintenance-inverse-offers/00-subscribe.stream',
    path: 'RESCIND 2',
    reason:
      'The recorder cleared the schedule twice; Stoke rescinds offers only when their plan changes',
  },
  {
    where: 'drain-deactivate/00-subscribe.stream UPDATE d-2',
    path: 'update.status.*',
    reason: LEAVES,
  },
];
