/** Roles: names such as `*`, `eng` or `eng/dev`, where `eng` is an ancestor of `eng/dev`. */

/** The role of resources that nobody has reserved. */
export const UNRESERVED_ROLE = '*';

/** Why a text is no valid role (Mesos's rules), or undefined when it is one. */
export function roleProblem(role: string): string | undefined {
  if (role === UNRESERVED_ROLE) return undefined;
  if (role === '') return 'a role must not be empty';
  if (role.startsWith('/')) return `role '${role}' must not start with '/'`;
  if (role.endsWith('/')) return `role '${role}' must not end with '/'`;
  for (const part of role.split('/')) {
    const problem = partProblem(part);
    if (problem !== undefined) return `role '${role}' ${problem}`;
  }
  return undefined;
}

function partProblem(part: string): string | undefined {
  if (part === '') return "must not contain '//'";
  if (part === '.' || part === '..' || part === '*') return `must not have '${part}' as a part`;
  if (part.startsWith('-')) return "must not have a part that starts with '-'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: backspace is forbidden by name
  if (/[\s\u0008]/.test(part)) return 'must not contain white space or backspace';
  return undefined;
}

/** True when `role` lies strictly below `ancestor`. */
export function isStrictSubroleOf(role: string, ancestor: string): boolean {
  return (
    role.length > ancestor.length && role.startsWith(ancestor) && role[ancestor.length] === '/'
  );
}

/** True when what is reserved to `owner` may go to `role`: the same role, or one below it. */
export function maySee(role: string, owner: string): boolean {
  return role === owner || isStrictSubroleOf(role, owner);
}

/** `a/b/c` → `a`. */
export function topLevelRole(role: string): string {
  const slash = role.indexOf('/');
  return slash < 0 ? role : role.slice(0, slash);
}
