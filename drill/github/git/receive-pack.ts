import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { actorOf, type Identity } from "../auth/identity.ts";
import { permissionsOn } from "../auth/permissions.ts";
import type { Repository } from "../records.ts";
import { htmlUrl } from "../rest/shapes.ts";
import type { State } from "../state.ts";
import { factsOf } from "./change-facts.ts";
import { backend, type Served } from "./http-backend.ts";
import { declined, type PushRequest, type RefCommand } from "./pkt-line.ts";
import { runGit, ZERO } from "./process.ts";
import { announce } from "./ref-changes.ts";
import { readRef } from "./refs.ts";
import { decideRefChange, pushRefusal, type RefChange } from "./rules.ts";

/** Judges a push before git sees it, hands it over, then tells what moved. */

/** Judges the push before git sees it, hands it over, then tells what moved. */
export async function receive(state: State, served: Served, push: PushRequest): Promise<number> {
  const { repo, identity, response } = served;
  const commands = await inspect(repo, served.body.subarray(push.packAt), push.commands);
  const refusal = judge(state, repo, identity, commands);
  if (refusal !== null) {
    response.writeHead(200, { "content-type": "application/x-git-receive-pack-result", "cache-control": "no-cache" });
    response.end(declined(push, refusal.words, refusal.reason));
    return 200;
  }
  const status = await backend(served);
  for (const { fastForward, before, after, ref } of commands) {
    const now = (await readRef(repo.gitDir, ref)) ?? ZERO;
    if (now === after && before !== after)
      await announce(state, repo, actorOf(identity, state), { ref, before, after }, fastForward, false);
  }
  // Only now does the pusher hear of it: whoever asks next finds the activity.
  response.end();
  return status;
}

type Inspected = RefChange & { readonly workflows: boolean };

/** Looks into the pack in a quarantine that is thrown away: is it a fast forward, does it touch workflows? */
async function inspect(repo: Repository, pack: Buffer, commands: readonly RefCommand[]): Promise<readonly Inspected[]> {
  const quarantine = await mkdtemp(join(repo.gitDir, "quarantine-"));
  const env = { GIT_OBJECT_DIRECTORY: quarantine, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repo.gitDir, "objects") };
  try {
    if (pack.length > 0) await runGit(repo.gitDir, ["index-pack", "--stdin", "--fix-thin"], { env, input: pack });
    return await Promise.all(
      commands.map(async (command) => {
        const { before, after } = command;
        const isMove = before !== ZERO && after !== ZERO;
        return {
          ...(await factsOf(repo, { ...command, byPullRequest: false }, env)),
          workflows: isMove && (await touchesWorkflows(repo, before, after, env)),
        };
      }),
    );
  } finally {
    await rm(quarantine, { recursive: true, force: true });
  }
}

async function touchesWorkflows(repo: Repository, before: string, after: string, env: Record<string, string>) {
  const args = ["diff-tree", "-r", "--quiet", before, after, "--", ".github/workflows"];
  return (await runGit(repo.gitDir, args, { env })).code === 1;
}

type Refusal = { readonly words: string; readonly reason: string };

function judge(state: State, repo: Repository, identity: Identity, commands: readonly Inspected[]): Refusal | null {
  for (const { workflows, ...change } of commands) {
    if (workflows && permissionsOn(identity, repo, state).workflows !== "write") {
      const reason = "refusing to allow a GitHub App to create or update workflow without `workflows` permission";
      return { words: "", reason };
    }
    const decision = decideRefChange(state, repo, change, identity);
    if (!decision.allowed) {
      const words = pushRefusal(change.ref, decision.violations, `${htmlUrl(state, repo)}/rules`);
      return { words, reason: "push declined due to repository rule violations" };
    }
  }
  return null;
}
