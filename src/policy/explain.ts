import { type Policy, SEVERITIES, type SignalRule } from "./schema.ts";

/** What a policy means, in words a reader can check against what they wanted. Plain text, one line each. */
export function explainPolicy(policy: Policy): readonly string[] {
  return [
    MODES[policy.mode],
    `Guards ${policy.branches ? policy.branches.join(", ") : "the default branch"}.`,
    "",
    "Counts as an incident, when it goes from green to red at the head of the branch:",
    ...policy.signals.map((rule) => `  ${describeRule(rule)}: ${rule.severity}`),
    ...policy.severity.map(({ paths, severity }) => `  raised to ${severity} when ${paths.join(", ")} changed`),
    "",
    "May say yes to a rollback, on their phone (Auth0 decides whether it counts):",
    ...SEVERITIES.map((severity) => `  ${severity}: ${approversOf(policy, severity)}`),
    `  A push lives ${policy.approval.expires} s; at most ${policy.approval.perIncident} for an incident and ${policy.approval.perPersonPerDay} a day for a person.`,
    "  Never who made, pushed or merged what is undone.",
    ...(policy.approval.codeAlone
      ? ["  WARNING: asks with the plan's code alone where the tenant cannot show the plan on the phone."]
      : []),
    "",
    `A rollback ${STRATEGIES[policy.rollback.strategy]}${policy.rollback.redeploy ? ", and deploys it anew" : ""}.`,
    ...Object.entries(policy.rollback.risks).map(([risk, rule]) => `  ${risk}: ${RISKS[rule]}`),
    "",
    `People are called when an incident is open for ${policy.limits.callPeopleAfterMinutes} minutes; the branch stays held.`,
    `After ${policy.limits.holdsPerDay} incidents within a day nothing more is held.`,
    policy.assignees.length > 0
      ? `The incident is assigned to ${policy.assignees.join(", ")}.`
      : "The incident is assigned to the people who own most of what changed (CODEOWNERS of the last good revision).",
    policy.slack ? `Slack: one message in ${policy.slack.channel}.` : "Slack is not told.",
  ];
}

const MODES = {
  act: "Acts: holds a branch, opens an incident and starts the responder.",
  shadow: "Shadow mode: writes down what it would do, and holds nothing.",
  off: "Switched off: does nothing at all.",
} as const;

const STRATEGIES = {
  "restore-last-good": "restores the last good tree in one commit",
  "revert-suspects": "reverts the suspects and keeps later work",
} as const;

const RISKS = {
  note: "shown to the approver",
  sev1: "needs the approvers of sev1",
  sev2: "needs the approvers of at least sev2",
  sev3: "needs the approvers of at least sev3",
  hold: "no rollback; a person must decide",
} as const;

function describeRule(rule: SignalRule): string {
  if ("deployment" in rule)
    return `a failed deployment to ${rule.deployment}, said by ${rule.by ? rule.by.join(" or ") : "any App"}`;
  if ("anomaly" in rule) return `the alert ${rule.anomaly} in ${rule.environment}`;
  const again = rule.confirm === "rerun" ? ", if it fails once more when run again" : "";
  if ("check" in rule) return `the check ${rule.check} of ${rule.app}${again}`;
  return `a failed run of ${rule.workflow}${again}`;
}

function approversOf(policy: Policy, severity: (typeof SEVERITIES)[number]): string {
  const able = policy.people.filter(({ approves }) => approves.includes(severity)).map(({ github }) => github);
  const needed = policy.approval.approvers[severity];
  if (able.length === 0) return "nobody, so nothing is rolled back";
  return needed === 1 ? `one of ${able.join(", ")}` : `${needed} different people of ${able.join(", ")}`;
}
