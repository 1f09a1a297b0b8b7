/** The agent's `--resources` flag: `cpus(role):8;mem:4096;ports:[1-2,5-9];set:{a,b}` or a JSON array. */

import { AppError, fromJsonValue, Resource } from '@stoke/protocol';
import { type ResourcesResult, resourcesFromWire } from './from-wire.ts';
import { type ParsedValue, parseValue } from './parse-value.ts';
import { UNRESERVED_ROLE } from './roles.ts';

/** A parsed flag; `names` holds also those with amount 0, which the agent must not detect itself. */
export type ParsedResources =
  | (Extract<ResourcesResult, { ok: true }> & { readonly names: ReadonlySet<string> })
  | Extract<ResourcesResult, { ok: false }>;

/** Unreserved resources become statically reserved to `defaultRole` unless it is `*`. */
export function parseResources(text: string, defaultRole = UNRESERVED_ROLE): ParsedResources {
  const parsed = text.trim().startsWith('[') ? parseJson(text) : parseList(text);
  if (parsed.problems.length > 0) return { ok: false, problems: parsed.problems };
  const wire = parsed.wire.map((resource) => withDefaultRole(resource, defaultRole));
  const result = resourcesFromWire(wire);
  if (!result.ok) return result;
  return { ...result, names: new Set(wire.map((resource) => resource.name)) };
}

interface Parsed {
  readonly wire: readonly Resource[];
  readonly problems: readonly string[];
}

function parseList(text: string): Parsed {
  const parts = text
    .split(/[;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parsePart);
  return {
    wire: parts.filter((part) => typeof part !== 'string'),
    problems: parts.filter((part) => typeof part === 'string'),
  };
}

/** One `name(role):value`; a string is the problem with it. */
function parsePart(part: string): Resource | string {
  const match = /^([^:()]+?)\s*(?:\(([^()]*)\))?\s*:(.*)$/s.exec(part);
  const [, name, role, value] = match ?? [];
  if (name === undefined || value === undefined) {
    return `'${part}' is no resource: write it as name:value or name(role):value`;
  }
  return wireResource({ name: name.trim(), role: role?.trim(), value: parseValue(value) });
}

function wireResource(part: {
  name: string;
  role: string | undefined;
  value: ParsedValue;
}): Resource | string {
  const { name, value } = part;
  const role = part.role === undefined ? {} : { role: part.role };
  if (value.type === 'BAD') return `resource '${name}': ${value.problem}`;
  if (value.type === 'TEXT') {
    return `resource '${name}': '${value.text}' is neither a number, nor [ranges], nor a {set}`;
  }
  if (value.type === 'SCALAR')
    return { name, type: 'SCALAR', scalar: { value: value.value }, ...role };
  if (value.type === 'RANGES') {
    return { name, type: 'RANGES', ranges: { range: [...value.ranges] }, ...role };
  }
  return { name, type: 'SET', set: { item: [...value.members] }, ...role };
}

function parseJson(text: string): Parsed {
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return { wire: [], problems: ['the JSON must be an array'] };
    return { wire: list.map((entry) => fromJsonValue(Resource, entry)), problems: [] };
  } catch (error) {
    if (error instanceof SyntaxError)
      return { wire: [], problems: [`no valid JSON: ${error.message}`] };
    if (error instanceof AppError) return { wire: [], problems: [error.message] };
    throw error;
  }
}

function withDefaultRole(resource: Resource, defaultRole: string): Resource {
  const reserved =
    (resource.role ?? UNRESERVED_ROLE) !== UNRESERVED_ROLE ||
    (resource.reservations?.length ?? 0) > 0;
  if (reserved || defaultRole === UNRESERVED_ROLE) return resource;
  const { role: _, ...rest } = resource;
  return { ...rest, role: defaultRole };
}
