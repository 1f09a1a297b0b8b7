/** Whose eyes an answer is for: what lists of frameworks, tasks, executors and roles may show. */
import type { Authorizer } from '@stoke/kit';
import type { ExecutorInfo, FrameworkInfo, Resource, Task } from '@stoke/protocol';

/** What somebody may see. Things run by a user are seen by whoever may see that user's. */
export type Viewer = {
  /** Nothing needs to be left out. */
  readonly seesAll: boolean;
  readonly framework: (info: FrameworkInfo) => boolean;
  /** Of a framework that may be seen. */
  readonly task: (task: Pick<Task, 'user'>, info: FrameworkInfo) => boolean;
  /** Of a framework that may be seen. */
  readonly executor: (executor: ExecutorInfo, info: FrameworkInfo) => boolean;
  readonly role: (role: string) => boolean;
  readonly quota: (role: string) => boolean;
  readonly flags: () => boolean;
};

const yes = (): boolean => true;

/** The eyes of an operator whom nothing is hidden from. */
export const SEES_ALL: Viewer = {
  seesAll: true,
  framework: yes,
  task: yes,
  executor: yes,
  role: yes,
  quota: yes,
  flags: yes,
};

/** What the lists let this principal see. */
export function viewerFor(authorizer: Authorizer, principal: string | undefined): Viewer {
  if (authorizer.unrestricted) return SEES_ALL;
  const frameworks = authorizer.approver(principal, 'view_frameworks');
  const tasks = authorizer.approver(principal, 'view_tasks');
  const executors = authorizer.approver(principal, 'view_executors');
  return {
    seesAll: false,
    framework: ({ user }) => frameworks(user),
    task: ({ user }, info) => tasks(user ?? info.user),
    executor: ({ command }, info) => executors(command?.user ?? info.user),
    role: authorizer.approver(principal, 'view_roles'),
    quota: authorizer.approver(principal, 'get_quotas'),
    flags: () => authorizer.allows(principal, 'view_flags'),
  };
}

/** Whether a resource may be shown: unreserved ones to everybody, others with their role. */
export function seesResource(viewer: Viewer, { reservations, role }: Resource): boolean {
  const owner = reservations?.at(-1)?.role ?? role;
  return owner === undefined || owner === '*' || viewer.role(owner);
}
