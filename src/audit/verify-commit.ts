import type { RecordEntry } from "../incident/record.ts";
import type { Sha } from "../kernel/sha.ts";
import { type Finding, finding } from "./finding.ts";
import type { Anchor } from "./verify.ts";

/** Reads a commit from a repository that is only read; null when it is not there. */
export type CommitReader = (sha: Sha) => Promise<Commit | null>;
export type Commit = { readonly tree: Sha; readonly parents: readonly Sha[]; readonly message: string };

export type CommitsVerified = { readonly findings: readonly Finding[]; readonly anchors: readonly Anchor[] };

/** Compares every recorded rollback with its commit: tree, parent and trailers. A trailer's head of the record is an anchor. */
export async function verifyCommits(entries: readonly RecordEntry[], read: CommitReader): Promise<CommitsVerified> {
  const effects = entries.filter(({ kind, refs }) => kind === "rolled-back" && refs?.commit !== undefined);
  const seen = await Promise.all(effects.map(async (effect) => judge(effect, await read(effect.refs?.commit ?? ""))));
  return { findings: seen.flatMap(({ findings }) => findings), anchors: seen.flatMap(({ anchors }) => anchors) };
}

function judge(effect: RecordEntry, commit: Commit | null): CommitsVerified {
  const sha = effect.refs?.commit ?? "";
  if (commit === null)
    return { findings: [finding("wrong-commit", sha, "The repository does not have it.")], anchors: [] };
  const trailers = readTrailers(commit.message);
  const expected: readonly (readonly [string, string | undefined])[] = [
    ["Sentinel-Incident", `#${effect.incident}`],
    ["Sentinel-Plan", effect.digests?.plan],
    ["Sentinel-Approved-By", effect.person && `${effect.person.login} (${effect.person.id})`],
  ];
  const head = trailers.find(([name]) => name === "Sentinel-Record")?.[1];
  return {
    findings: [
      ...(commit.tree === effect.refs?.tree ? [] : [finding("wrong-commit", sha, `Its tree is ${commit.tree}.`)]),
      ...(commit.parents.join(" ") === effect.refs?.parent
        ? []
        : [finding("wrong-commit", sha, `Its parents are ${commit.parents.join(" ")}.`)]),
      ...expected
        .filter(
          ([name, value]) => value !== undefined && !trailers.some(([known, said]) => known === name && said === value),
        )
        .map(([name, value]) => finding("wrong-trailer", sha, `${name} should say ${value}.`)),
    ],
    anchors: head === undefined ? [] : [{ head, from: `trailer of ${sha}` }],
  };
}

/** The last paragraph's `Name: value` lines; a name may stand there more than once. */
function readTrailers(message: string): readonly (readonly [name: string, value: string])[] {
  const lines = message.trimEnd().split("\n\n").at(-1)?.split("\n") ?? [];
  return lines.flatMap((line) => {
    const colon = line.indexOf(": ");
    return colon === -1 ? [] : [[line.slice(0, colon), line.slice(colon + 2)] as const];
  });
}
