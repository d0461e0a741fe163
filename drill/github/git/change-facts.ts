import type { Repository } from "../records.ts";
import { git, ZERO } from "./process.ts";
import { isAncestor } from "./refs.ts";
import { type RefChange, rulesetsFor } from "./rules.ts";

/** What git says of a change before it is made: the facts the rules decide on. */

type Move = Pick<RefChange, "ref" | "before" | "after" | "byPullRequest">;

/** `env` lets git see objects that are still in quarantine. */
export async function factsOf(
  repo: Repository,
  move: Move,
  env: Readonly<Record<string, string>> = {},
): Promise<RefChange> {
  const { before, after } = move;
  const isMove = before !== ZERO && after !== ZERO;
  const fastForward = !isMove || before === after || (await isAncestor(repo.gitDir, before, after, env));
  const added = isMove && readsCommits(repo, move.ref) ? await headersOf(repo, move, env) : [];
  return {
    ...move,
    fastForward,
    addsMerge: added.some((header) => (header.match(/^parent /gm) ?? []).length > 1),
    // GitHub signs what it merges itself; whether another signature is valid nobody here can say.
    addsUnsigned: added.some((header) => !/^gpgsig/m.test(header) && !(move.byPullRequest && isTip(header, after))),
  };
}

function readsCommits(repo: Repository, ref: string): boolean {
  return rulesetsFor(repo, ref).some(({ rules }) =>
    rules.some(({ type }) => type === "required_linear_history" || type === "required_signatures"),
  );
}

async function headersOf(repo: Repository, { before, after }: Move, env: Readonly<Record<string, string>>) {
  const text = await git(repo.gitDir, ["rev-list", "--header", `${before}..${after}`], { env });
  // Each is a sha, the headers and, after an empty line, the message.
  return text
    .split("\0")
    .filter(Boolean)
    .map((commit) => commit.split("\n\n")[0] ?? "");
}

function isTip(header: string, after: string): boolean {
  return header.startsWith(after);
}
