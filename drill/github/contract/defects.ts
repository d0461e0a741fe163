/**
 * Where GitHub's description is wrong about GitHub. Each entry says which message is forgiven and why; nothing else is.
 */

type Defect = {
  /** `request|response <operation>` or `webhook <name>`, as a pattern. */
  readonly where: RegExp;
  readonly message: RegExp;
  readonly why: string;
};

export const DEFECTS: readonly Defect[] = [
  {
    where: /^webhook repository_ruleset/,
    message: /^\/repository_ruleset\/bypass_actors\/\d+\/actor_type must be equal to one of the allowed values/,
    why: "The description of webhooks is older than bypass for a person (`User`), which REST describes.",
  },
  {
    where: /^webhook/,
    message: /\/(performed_via_github_app|app)\/events\/\d+ must be equal to one of the allowed values/,
    why: "The list of events an App may subscribe to lacks newer ones such as repository_ruleset and check_run.",
  },
  {
    where: /^(response|webhook)/,
    message: /\/(environment_url|log_url|target_url) must match format "uri"/,
    why: "GitHub gives the empty string, its documented default, where a deployment status has no address.",
  },
  {
    where: /^response GET \/app\/installations$/,
    message: /^\/\d+\/account /,
    why: "Here alone the description wants an account to be a user and an enterprise at once (`allOf`).",
  },
  {
    where: /^response GET \/app\/installations$/,
    message: /^field client_id is nowhere described$/,
    why: "Every other operation that shows an installation describes its client_id.",
  },
];

/** Permissions GitHub grants to Apps although its description of them does not list them. */
export const UNDESCRIBED_PERMISSIONS: readonly string[] = ["actions_variables"];

export function isKnownDefect(where: string, message: string): boolean {
  return DEFECTS.some((defect) => defect.where.test(where) && defect.message.test(message));
}
