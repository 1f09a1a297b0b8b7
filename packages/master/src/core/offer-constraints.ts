/** Offer constraints: which agents a framework's role wants offers from. */
import type { AgentView } from '@stoke/allocator';
import type {
  Attribute,
  SchedulerAttributeConstraint,
  SchedulerAttributeConstraint_Predicate,
  SchedulerOfferConstraints,
} from '@stoke/protocol';

type Subject = { readonly present: boolean; readonly text: string | undefined };

function subjectOf(constraint: SchedulerAttributeConstraint, agent: AgentView): Subject {
  const { selector } = constraint;
  if (selector.pseudoattribute_type === 'HOSTNAME') return { present: true, text: agent.hostname };
  if (selector.attribute_name === undefined) return { present: false, text: undefined };
  const attribute = agent.attributes.find((entry) => entry.name === selector.attribute_name);
  return { present: attribute !== undefined, text: textOf(attribute) };
}

function textOf(attribute: Attribute | undefined): string | undefined {
  return attribute?.type === 'TEXT' ? attribute.text?.value : undefined;
}

function matches(regex: string, text: string): boolean {
  return new RegExp(`^(?:${regex})$`).test(text);
}

/** Equality and regular expressions hold for attributes that are not text. */
function textHolds(predicate: SchedulerAttributeConstraint_Predicate, text: string): boolean {
  const { text_equals, text_not_equals, text_matches, text_not_matches } = predicate;
  if (text_equals !== undefined) return text === text_equals.value;
  if (text_not_equals !== undefined) return text !== text_not_equals.value;
  if (text_matches !== undefined) return matches(text_matches.regex, text);
  if (text_not_matches !== undefined) return !matches(text_not_matches.regex, text);
  return true;
}

function holds(constraint: SchedulerAttributeConstraint, agent: AgentView): boolean {
  const { predicate } = constraint;
  const subject = subjectOf(constraint, agent);
  if (predicate.exists !== undefined) return subject.present;
  if (predicate.not_exists !== undefined) return !subject.present;
  if (!subject.present) {
    return predicate.text_not_equals !== undefined || predicate.text_not_matches !== undefined;
  }
  return subject.text === undefined || textHolds(predicate, subject.text);
}

/** A test of agents per role: any group, all of its constraints. Undefined when there are none. */
export function constraintTest(
  constraints: SchedulerOfferConstraints | undefined,
): ((agent: AgentView, role: string) => boolean) | undefined {
  const byRole = constraints?.role_constraints;
  if (byRole === undefined || Object.keys(byRole).length === 0) return undefined;
  return (agent, role) => {
    const groups = byRole[role]?.groups ?? [];
    if (groups.length === 0) return true;
    return groups.some((group) =>
      (group.attribute_constraints ?? []).every((constraint) => holds(constraint, agent)),
    );
  };
}
