/** What ids and role names may look like, in the words of Mesos. */

/** Longest id: it becomes the name of a directory. */
const MAX_ID_BYTES = 255;

const encoder = new TextEncoder();

/**
 * Why a task, executor, framework … id is refused, or undefined when it is fine.
 * Ids become directory names, so no separators, no control characters, no dot names.
 */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'ID must not be empty';
  if (encoder.encode(id).length > MAX_ID_BYTES) {
    return `ID must not be greater than ${MAX_ID_BYTES} characters`;
  }
  if (id === '.' || id === '..') return `'${id}' is disallowed`;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    if (code < 32 || code === 127 || code === 47 || code === 92) {
      return `'${id}' contains invalid characters`;
    }
  }
  return undefined;
}

/** Why a role name is refused, or undefined when it is fine: `*`, or components between slashes. */
export function roleProblem(role: string): string | undefined {
  if (role === '*') return undefined;
  if (role === '') return 'Empty role name is invalid';
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`;
  for (const component of role.split('/')) {
    const problem = componentProblem(role, component);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function componentProblem(role: string, component: string): string | undefined {
  if (component === '.' || component === '..' || component === '*') {
    return `Role '${role}' cannot include '${component}' as a component`;
  }
  if (component.startsWith('-')) {
    return `Role component '${component}' is invalid because it starts with a dash`;
  }
  for (let at = 0; at < component.length; at++) {
    const code = component.charCodeAt(at);
    if (code === 32 || (code >= 8 && code <= 13)) {
      return `Role component '${component}' is invalid because it contains backspace or whitespace`;
    }
  }
  return undefined;
}
