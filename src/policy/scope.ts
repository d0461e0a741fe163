import { matchesGlob } from "../kernel/glob.ts";
import { type Policy, SEVERITIES, type Severity, type SignalRule } from "./schema.ts";
import { sourceOf } from "./source.ts";

/** What a policy is about: which branches, which sources, how severe. It must never widen what the file names. */

export function guards(policy: Policy, branch: string, defaultBranch: string): boolean {
  const patterns = policy.branches ?? [defaultBranch];
  return patterns.some((pattern) => pattern === branch || matchesGlob(branch, `/${pattern}`));
}

export function ruleFor(policy: Policy, source: string): SignalRule | null {
  return policy.signals.find((rule) => sourceOf(rule) === source) ?? null;
}

/** The rule's severity, raised (never lowered) by the paths that changed. */
export function severityOf(policy: Policy, rule: SignalRule, changed: readonly string[]): Severity {
  const raised = policy.severity
    .filter(({ paths }) => changed.some((file) => paths.some((glob) => matchesGlob(file, glob))))
    .map(({ severity }) => severity);
  return SEVERITIES.find((severity) => severity === rule.severity || raised.includes(severity)) ?? rule.severity;
}
