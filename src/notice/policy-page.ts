import { MENDED } from "../incident/policy-issue.ts";
import { code, safeText } from "./safe-text.ts";

/** The one issue about a policy that cannot be read: what is wrong with it, and later that it is no more. */
export const POLICY_TITLE = "Sentinel cannot read its policy";

const MOST_PROBLEMS = 50;

/** `problems`: one line each, with the path in the file. */
export function brokenPolicyPage(problems: readonly string[]): string {
  const left = problems.length - MOST_PROBLEMS;
  return [
    "`.github/sentinel.yml` cannot be used as it is. The last valid policy stays in force, or else that of the organisation; without either, nothing is held.",
    "",
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `- ${safeText(problem, 300)}`),
    ...(left > 0 ? [`- and ${left} more`] : []),
    "",
    "`sentinel policy check .github/sentinel.yml` says the same before a push. This issue is closed when the default branch has a valid policy.",
    "",
  ].join("\n");
}

/** `head`: the first revision of the default branch on which it was seen. */
export function mendedPolicyPage(head: string, isGone: boolean): string {
  const what = isGone ? "is gone, so nothing of it is broken any more" : "is valid again";
  return `\`.github/sentinel.yml\` ${what}, as of ${code(head.slice(0, 12), 12)}. Nothing is left to do here. ${MENDED}\n`;
}
