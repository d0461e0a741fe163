/** Every output of the Action; a test compares this list with `action.yml`. */
export const OUTPUT_NAMES = [
  "proposal",
  "outcome",
  "reason",
  "incident",
  "culprit",
  "plan-code",
  "revert-sha",
  "approver",
  "record",
  "result",
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];
