/** UPDATE_FRAMEWORK: a framework changes its info while it is subscribed. */
import type { SchedulerCall_UpdateFramework } from '@stoke/protocol';
import { announceFrameworkUpdate } from './announcements.ts';
import type { Context } from './context.ts';
import { log } from './context.ts';
import {
  frameworkInfoProblems,
  offerConstraintProblems,
  rolesOf,
  suppressedRoleProblems,
} from './framework-validation.ts';
import { offersOf, rescindOffer } from './offers.ts';
import type { Framework } from './state.ts';
import { applyFrameworkInfo, frameworkSpec, tellAgents } from './subscribe.ts';

function changeProblems(framework: Framework, call: SchedulerCall_UpdateFramework): string[] {
  const { info } = framework;
  const wanted = call.framework_info;
  const problems: string[] = [];
  const unsupported = (field: string, from: unknown, to: unknown): void => {
    problems.push(
      `FrameworkInfo update is not valid: Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${from}' to '${to}'`,
    );
  };
  if (wanted.principal !== info.principal) {
    problems.push(
      "FrameworkInfo update is not valid: Changing framework's principal is not allowed.",
    );
  }
  if (wanted.user !== info.user) unsupported('user', info.user, wanted.user);
  const before = info.checkpoint ?? false;
  const after = wanted.checkpoint ?? false;
  if (after !== before) unsupported('checkpoint', before, after);
  return problems;
}

/** Every problem of the call, in the order in which Mesos would answer 400 with the first. */
export function updateFrameworkProblems(
  framework: Framework,
  call: SchedulerCall_UpdateFramework,
): string[] {
  const roles = rolesOf(call.framework_info);
  return [
    ...frameworkInfoProblems(call.framework_info).map(
      (problem) => `Supplied FrameworkInfo is not valid: ${problem}`,
    ),
    ...changeProblems(framework, call),
    ...[
      ...suppressedRoleProblems(call.suppressed_roles ?? [], roles),
      ...offerConstraintProblems(call.offer_constraints, roles),
    ].map((problem) => `'UpdateFramework' call is not valid: ${problem}`),
  ];
}

/** The call was checked with `updateFrameworkProblems` before. */
export function handleUpdateFramework(
  ctx: Context,
  framework: Framework,
  call: SchedulerCall_UpdateFramework,
): void {
  applyFrameworkInfo(ctx, framework, call);
  for (const offer of offersOf(ctx, framework.offers)) {
    if (!framework.roles.includes(offer.role)) rescindOffer(ctx, offer);
  }
  ctx.state.allocator.updateFramework(frameworkSpec(framework));
  tellAgents(ctx, framework);
  announceFrameworkUpdate(ctx, framework);
  log(ctx, 'info', { message: 'framework updated', frameworkId: framework.id });
}
