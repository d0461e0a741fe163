import type { SignalRule } from "./schema.ts";

/** The stable name of what a rule watches, as it stands in the memory: `deployment:production`. */
export function sourceOf(rule: SignalRule): string {
  if ("deployment" in rule) return `deployment:${rule.deployment}`;
  if ("check" in rule) return `check:${rule.check}`;
  if ("anomaly" in rule) return `anomaly:${rule.anomaly}`;
  return `workflow:${rule.workflow}`;
}
