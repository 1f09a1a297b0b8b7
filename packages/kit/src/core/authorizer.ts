/** Decides who may do what, by access control lists: the first rule that fits decides, then the default. */
import { ACL_ACTIONS, type AclAction } from './acl-actions.ts';
import type { AclEntity, AclRule, Acls } from './acls.ts';

/** Whether one principal may do one action to an object; without an object: to any. */
export type Approver = (object?: string) => boolean;

/** One thing that must be allowed. Without `object`: to be done to any. */
export interface Need {
  readonly action: AclAction;
  readonly object?: string | undefined;
}

/** Asked by everything that a principal wants to do or to see. */
export interface Authorizer {
  /** `principal` undefined: nobody said who he is. Keep it for many objects: it remembers its answers. */
  approver(principal: string | undefined, action: AclAction): Approver;
  /** One question. */
  allows(principal: string | undefined, action: AclAction, object?: string): boolean;
  /** Why the principal may not do all of it, for people; undefined when he may. */
  denial(principal: string | undefined, needs: readonly Need[]): string | undefined;
  /** True when everybody may do everything: nothing needs to be filtered. */
  readonly unrestricted: boolean;
}

/** Answers that one approver remembers. */
const MAX_REMEMBERED = 1000;

/** `a/%` stands for all that is below role `a`, not for `a` itself. */
function covers(value: string, asked: string, hierarchical: boolean): boolean {
  if (value === asked) return true;
  if (!hierarchical || !value.endsWith('/%')) return false;
  const parent = value.slice(0, -1);
  return asked.startsWith(parent) && asked.length > parent.length;
}

function names(entity: AclEntity, asked: string, hierarchical: boolean): boolean {
  return entity.values.some((value) => covers(value, asked, hierarchical));
}

/** Whether a rule is about what is asked. Undefined asks about any, which only ANY and NONE are about. */
function fits(entity: AclEntity, asked: string | undefined, hierarchical: boolean): boolean {
  if (entity.type !== 'SOME') return true;
  return asked !== undefined && names(entity, asked, hierarchical);
}

function decide(
  rules: readonly AclRule[],
  asked: { readonly principal: string | undefined; readonly object: string | undefined },
  { hierarchical, otherwise }: { readonly hierarchical: boolean; readonly otherwise: boolean },
): boolean {
  const rule = rules.find(
    ({ principals, objects }) =>
      fits(principals, asked.principal, false) && fits(objects, asked.object, hierarchical),
  );
  if (rule === undefined) return otherwise;
  return rule.principals.type !== 'NONE' && rule.objects.type !== 'NONE';
}

/** Lets everybody do everything. */
export const PERMISSIVE_AUTHORIZER: Authorizer = {
  approver: () => () => true,
  allows: () => true,
  denial: () => undefined,
  unrestricted: true,
};

function denialText(principal: string | undefined, { action, object }: Need): string {
  const who = principal === undefined ? 'Nobody in particular' : `Principal '${principal}'`;
  const what = object === undefined ? '' : ` on '${object}'`;
  return `${who} may not ${action}${what}; the access control lists of --acls decide`;
}

/**
 * Decides by lists. What no rule is about depends on `permissive` of the lists and, when they do not say,
 * on `permissiveByDefault`.
 */
export function createAuthorizer(
  acls: Acls | undefined,
  { permissiveByDefault }: { readonly permissiveByDefault: boolean },
): Authorizer {
  const otherwise = acls?.permissive ?? permissiveByDefault;
  const all = acls?.rules ?? {};
  if (otherwise && Object.keys(all).length === 0) return PERMISSIVE_AUTHORIZER;
  const approver = (principal: string | undefined, action: AclAction): Approver => {
    const rules = all[action] ?? [];
    if (rules.length === 0) return () => otherwise;
    const hierarchical = ACL_ACTIONS[action] === 'roles';
    const known = new Map<string | undefined, boolean>();
    return (object) => {
      const answer =
        known.get(object) ?? decide(rules, { principal, object }, { hierarchical, otherwise });
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(object, answer);
      return answer;
    };
  };
  const allows: Authorizer['allows'] = (principal, action, object) =>
    approver(principal, action)(object);
  return {
    approver,
    allows,
    denial(principal, needs) {
      const missing = needs.find(({ action, object }) => !allows(principal, action, object));
      return missing === undefined ? undefined : denialText(principal, missing);
    },
    unrestricted: false,
  };
}
