/** Access control lists: the JSON of `--acls`, read strictly, because a misspelt rule would protect nothing. */
import { z } from 'zod';
import { closestWord } from '../closest-word.ts';
import { ACL_ACTIONS, type AclAction, isAclAction } from './acl-actions.ts';

/** Whom or what a rule is about: some by name, any, or none. */
export interface AclEntity {
  readonly type: 'SOME' | 'ANY' | 'NONE';
  readonly values: readonly string[];
}

/** One rule of an action. */
export interface AclRule {
  readonly principals: AclEntity;
  readonly objects: AclEntity;
}

/** All rules. `permissive` undefined: not said. */
export interface Acls {
  readonly permissive: boolean | undefined;
  readonly rules: Readonly<Partial<Record<AclAction, readonly AclRule[]>>>;
}

/** The lists, or what is wrong with them, each problem with its place. */
export type ParsedAcls =
  | { readonly ok: true; readonly acls: Acls }
  | { readonly ok: false; readonly problems: readonly string[] };

const entitySchema = z.strictObject({
  type: z.enum(['SOME', 'ANY', 'NONE']).default('SOME'),
  values: z.array(z.string()).default([]),
});

const documentSchema = z.record(z.string(), z.unknown());

function unknownName(name: string): string {
  const near = closestWord(name, Object.keys(ACL_ACTIONS));
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return `'${name}' is no action${hint}`;
}

function parseRules(
  action: AclAction,
  value: unknown,
): { readonly rules: AclRule[]; readonly problems: string[] } {
  const objects = ACL_ACTIONS[action];
  const ruleSchema = z.strictObject({ principals: entitySchema, [objects]: entitySchema });
  const parsed = z.array(ruleSchema).safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const place = [action, ...issue.path.map(String)].join('.');
      return `${place}: ${issue.message}`;
    });
    return { rules: [], problems };
  }
  const none: AclEntity = { type: 'NONE', values: [] };
  const rules = parsed.data.map((rule) => ({
    principals: rule.principals ?? none,
    objects: rule[objects] ?? none,
  }));
  return { rules, problems: [] };
}

/** Reads the value of `--acls`. Names that are no action are problems. */
export function parseAcls(json: unknown): ParsedAcls {
  const document = documentSchema.safeParse(json);
  if (!document.success) return { ok: false, problems: ['expected a JSON object of lists'] };
  const { permissive, ...lists } = document.data;
  const problems: string[] = [];
  if (permissive !== undefined && typeof permissive !== 'boolean') {
    problems.push('permissive: expected true or false');
  }
  const rules: Partial<Record<AclAction, readonly AclRule[]>> = {};
  for (const [name, value] of Object.entries(lists)) {
    if (!isAclAction(name)) {
      problems.push(unknownName(name));
      continue;
    }
    const parsed = parseRules(name, value);
    problems.push(...parsed.problems);
    rules[name] = parsed.rules;
  }
  if (problems.length > 0) return { ok: false, problems };
  const said = typeof permissive === 'boolean' ? permissive : undefined;
  return { ok: true, acls: { permissive: said, rules } };
}
