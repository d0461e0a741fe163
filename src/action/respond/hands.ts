import { pushedFrom } from "../../adapters/git-push.ts";
import type { JobGitHub } from "../../adapters/github-job.ts";
import { GitHubError, type GitHubRequest } from "../../adapters/github-request.ts";
import { createRollbackWriter, redeploy } from "../../adapters/github-user.ts";
import type { Memory } from "../../incident/memory.ts";
import type { Secret } from "../../kernel/secret.ts";
import { plainText } from "../../notice/safe-text.ts";
import { sourceOf } from "../../policy/source.ts";
import type { Plan } from "../../rollback/plan.ts";
import type { ActionContext } from "../context.ts";
import type { RespondInputs } from "../inputs.ts";
import { withScratch } from "../scratch.ts";
import type { Hands } from "./execute.ts";
import { planNow, type Wish } from "./plan-now.ts";

/** GitHub in the name of whoever this token belongs to. */
export type Connect = (token: Secret) => GitHubRequest;

/** What a credential is put to: one fresh scratch repository in which the plan is made again, and from which it is written. */
export function createHands(
  context: ActionContext<RespondInputs>,
  github: JobGitHub,
  connect: Connect,
  wish: Wish,
  plan: Plan,
): Hands {
  return (credential, use) =>
    withScratch(context, async (git) => {
      const request = connect(credential.token());
      const push = plan.kind === "restore-last-good" ? null : pushedFrom(git, credential.token(), credential.approver);
      return use({
        writer: createRollbackWriter(request, context.env.repo, push),
        recompute: async () => {
          const again = await planNow(context, github, git, wish);
          return again.kind === "plan" ? again.plan : null;
        },
        afterwards: (commit) => deployAgain(context, request, wish, commit),
      });
    });
}

/** Where a push does not deploy by itself. It never undoes a success: the branch is right, whatever comes of this. */
async function deployAgain(
  { env, output }: ActionContext<RespondInputs>,
  request: GitHubRequest,
  { memory }: Wish,
  commit: string,
): Promise<void> {
  if (!memory.policy.rollback.redeploy) return;
  const environment = environmentOf(memory);
  if (environment === null) return output.line("Nothing is deployed again: the incident is of no environment.");
  try {
    await redeploy(request, env.repo, commit, environment);
    output.line(`Asked for a deployment of the rollback to ${plainText(environment, 100)}.`);
  } catch (error) {
    const said = error instanceof Error ? error.message : "no words";
    output.warning(`The rollback stands, but its deployment could not be asked for: ${plainText(said, 300)}`);
    if (error instanceof GitHubError && error.status === 403)
      output.warning(
        "`redeploy: true` needs deployments: write in the GitHub App behind Auth0, which is not registered with it.",
      );
  }
}

/** The deployment's own, or the one that the policy says the monitor watches. */
function environmentOf({ source, policy }: Memory): string | null {
  if (source.startsWith("deployment:")) return source.slice("deployment:".length);
  const watched = policy.signals.flatMap((rule) =>
    "anomaly" in rule && sourceOf(rule) === source ? [rule.environment] : [],
  );
  const [environment = null, ...more] = new Set(watched);
  return more.length === 0 ? environment : null;
}
