/** What somebody may see of what runs (Mesos authorization, ACLs). */
import type { Authorizer } from '@stoke/kit';
import type { ExecutorInfo, FrameworkInfo, Task } from '@stoke/protocol';

/** The user whose processes an executor's are. */
export function executorUser(executor: ExecutorInfo, framework: FrameworkInfo): string {
  return executor.command?.user ?? framework.user;
}

/** What somebody may see. Things run by a user are seen by whoever may see that user's. */
export interface Viewer {
  framework(info: FrameworkInfo): boolean;
  /** Of a framework that may be seen. */
  executor(executor: ExecutorInfo, info: FrameworkInfo): boolean;
  /** Of a framework that may be seen. */
  task(task: Pick<Task, 'user'>, info: FrameworkInfo): boolean;
  container(executor: ExecutorInfo, info: FrameworkInfo): boolean;
  standaloneContainers(): boolean;
  role(role: string): boolean;
  flags(): boolean;
}

/** What the lists let this principal see. */
export function viewerFor(authorizer: Authorizer, principal: string | undefined): Viewer {
  const frameworks = authorizer.approver(principal, 'view_frameworks');
  const executors = authorizer.approver(principal, 'view_executors');
  const tasks = authorizer.approver(principal, 'view_tasks');
  const containers = authorizer.approver(principal, 'view_containers');
  return {
    framework: ({ user }) => frameworks(user),
    executor: (executor, info) => executors(executorUser(executor, info)),
    task: ({ user }, info) => tasks(user ?? info.user),
    container: (executor, info) => containers(executorUser(executor, info)),
    standaloneContainers: () => authorizer.allows(principal, 'view_standalone_containers'),
    role: authorizer.approver(principal, 'view_roles'),
    flags: () => authorizer.allows(principal, 'view_flags'),
  };
}
