import { parseDocument } from "yaml";
import type { z } from "zod";
import { canonicalJson, digestOf } from "../kernel/digest.ts";
import { Policy } from "./schema.ts";
import { sourceOf } from "./source.ts";

/**
 * Turns the text of `.github/sentinel.yml` into the policy, or into every problem it has, each with its path. It must never
 * guess: a key it does not know is a mistake, not a comment.
 */
export type ParsedPolicy =
  | { readonly kind: "valid"; readonly policy: Policy; readonly digest: string }
  | { readonly kind: "broken"; readonly problems: readonly string[] };

const MOST_BYTES = 256 * 1024;
/** It travels in the memory of an incident, whose check run has room for 65,535 characters in all. */
const MOST_CHARS = 16_000;

export function parsePolicy(text: string): ParsedPolicy {
  if (text.length > MOST_BYTES) return broken(["the file is larger than 256 KiB"]);
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return broken(document.errors.map((error) => firstLine(error.message)));
  const parsed = Policy.safeParse(toData(document));
  if (!parsed.success) return broken(parsed.error.issues.flatMap(describe));
  const problems = [...contradictions(parsed.data), ...tooLarge(parsed.data)];
  if (problems.length > 0) return broken(problems);
  return { kind: "valid", policy: Object.freeze(parsed.data), digest: digestOf(parsed.data) };
}

function broken(problems: readonly string[]): ParsedPolicy {
  return { kind: "broken", problems };
}

function toData(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return error instanceof Error ? { [firstLine(error.message)]: true } : null;
  }
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 300);
}

type Issue = z.core.$ZodIssue;

/** One line for each problem: `people[0].id: must be …`. A union says which of its forms came nearest. */
function describe(issue: Issue): readonly string[] {
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => score(a) - score(b))[0] ?? [];
    return nearest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] } as Issue));
  }
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${pathOf([...issue.path, key])}: unknown key`);
  return [`${pathOf(issue.path)}: ${firstLine(issue.message)}`];
}

/** A form that misses its own naming key is farther away than one that has a wrong value. */
function score(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "invalid_type" ? 10 : 1), 0);
}

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return text.replace(/^\./, "") || "(the file)";
}

/** What the schema cannot say. */
function contradictions(policy: Policy): readonly string[] {
  const sources = policy.signals.map(sourceOf);
  const twice = sources.filter((source, at) => sources.indexOf(source) !== at);
  const ids = policy.people.map(({ id }) => id);
  const repeated = policy.people.filter(({ id }, at) => ids.indexOf(id) !== at);
  const missing = (["sev1", "sev2", "sev3"] as const).flatMap((severity) => {
    const able = policy.people.filter(({ approves }) => approves.includes(severity)).length;
    const needed = policy.approval.approvers[severity];
    const isUsed = policy.signals.some((signal) => signal.severity === severity);
    return isUsed && able < needed
      ? [`approval.approvers.${severity}: ${needed} needed, but only ${able} of people approve ${severity}`]
      : [];
  });
  return [
    ...twice.map((source) => `signals: ${source} is named twice`),
    ...repeated.map(({ github, id }) => `people: ${github} repeats the id ${id}`),
    ...missing,
  ];
}

function tooLarge(policy: Policy): readonly string[] {
  const { length } = canonicalJson(policy);
  return length <= MOST_CHARS
    ? []
    : [
        `(the file): ${length} characters with its defaults, at most ${MOST_CHARS}; shorten its lists, for example with wider globs`,
      ];
}
