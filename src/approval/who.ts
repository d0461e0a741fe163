import type { Memory } from "../incident/memory.ts";
import type { Reason } from "../incident/reason.ts";
import type { Person, Policy, Severity } from "../policy/schema.ts";

/**
 * Says who may be asked. It must never name somebody who had a part in what is undone, somebody beyond their budget, or anybody
 * after a no.
 */
export type Question = {
  readonly policy: Policy;
  readonly severity: Severity;
  /** How many different people are still to be asked. */
  readonly needed: number;
  readonly partakers: readonly Partaker[];
  /** Every push remembered, of this incident and of others in the repository. */
  readonly asks: readonly PastAsk[];
  readonly incidentAsks: number;
  readonly denied: Memory["denied"];
  /** Milliseconds since the epoch. */
  readonly now: number;
};

/** `answer` is `none` while nobody knows of one: then the push may still be open. */
export type PastAsk = { readonly approverId: number; readonly at: string; readonly answer?: string };

/** Somebody who made, merged or pushed part of what would be undone, by whatever is known of them. */
export type Partaker = {
  readonly id: number | null;
  readonly names: readonly string[];
  readonly role: string;
};

export type Approvers =
  | { readonly kind: "people"; readonly people: readonly Person[]; readonly excluded: readonly Exclusion[] }
  | { readonly kind: "refused"; readonly reason: Reason; readonly excluded: readonly Exclusion[] };

export type Exclusion = { readonly person: Person; readonly reason: Reason; readonly why: string };

/** As many people as the severity needs, those asked least first, else in the policy's order. */
export function whoMayApprove(question: Question): Approvers {
  const { policy, severity, needed } = question;
  if (question.denied !== null) return { kind: "refused", reason: "denied-earlier", excluded: [] };
  const candidates = policy.people.filter((person) => person.approves.includes(severity));
  const excluded = candidates.flatMap((person) => exclusion(person, question) ?? []);
  const free = candidates.filter((person) => !excluded.some((one) => one.person.id === person.id));
  const unique = free.filter(
    (person, i) => free.findIndex((other) => other.id === person.id || other.auth0 === person.auth0) === i,
  );
  if (question.incidentAsks + needed > policy.approval.perIncident)
    return { kind: "refused", reason: "ask-budget-spent", excluded };
  if (unique.length < needed) return { kind: "refused", reason: whyNobody(excluded), excluded };
  const asked = (person: Person) => question.asks.filter(({ approverId }) => approverId === person.id).length;
  const people = unique.toSorted((a, b) => asked(a) - asked(b)).slice(0, needed);
  return { kind: "people", people, excluded };
}

const MOST_IN_FIVE_MINUTES = 2;
const FIVE_MINUTES_MS = 300_000;
const DAY_MS = 86_400_000;

function exclusion(person: Person, question: Question): Exclusion | null {
  const part = question.partakers.find((partaker) => isSamePerson(person, partaker));
  if (part) return { person, reason: "approver-is-author", why: `${part.role} of what is undone` };
  const asks = question.asks
    .filter(({ approverId }) => approverId === person.id)
    .map(({ at, answer }) => ({ age: question.now - Date.parse(at), isUnanswered: answer === "none" }));
  const lifeMs = question.policy.approval.expires * 1000;
  if (asks.some(({ age, isUnanswered }) => isUnanswered && age < lifeMs))
    return { person, reason: "ask-budget-spent", why: "may still answer an earlier push" };
  const ages = asks.map(({ age }) => age);
  const recent = ages.filter((age) => age < FIVE_MINUTES_MS).length;
  const today = ages.filter((age) => age < DAY_MS).length;
  if (recent >= MOST_IN_FIVE_MINUTES)
    return { person, reason: "ask-budget-spent", why: `asked ${recent} times within five minutes` };
  if (today >= question.policy.approval.perPersonPerDay)
    return { person, reason: "ask-budget-spent", why: `asked ${today} times within a day` };
  return null;
}

/** GitHub's id decides where it is known; a name only ever takes somebody out, so a forged one gains no power. */
export function isSamePerson(person: Person, { id, names }: Partaker): boolean {
  return id === person.id || names.some((name) => plainName(name) === plainName(person.github));
}

/** Without what nobody sees, so that one's own name cannot be written past the rule by an invisible character. */
function plainName(name: string): string {
  return name
    .normalize("NFKC")
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}\s@]/gu, "")
    .toLowerCase();
}

function whyNobody(excluded: readonly Exclusion[]): Reason {
  if (excluded.some(({ reason }) => reason === "ask-budget-spent")) return "ask-budget-spent";
  return excluded.length > 0 ? "approver-is-author" : "no-approver";
}
