import { parseArgs } from "node:util";
import { createCommitReader, isRepository } from "../adapters/git-commits.ts";
import { readBlocks } from "../audit/block.ts";
import type { Finding } from "../audit/finding.ts";
import { type Evidence, type Verification, verify } from "../audit/verify.ts";
import { verifyChain } from "../audit/verify-chain.ts";
import { verifyCommits } from "../audit/verify-commit.ts";
import { readLocal } from "./evidence.ts";
import { readIncident } from "./incident-from-github.ts";
import { namedIncident } from "./named-incident.ts";
import { isHelp, wrongUsage } from "./wrong-usage.ts";

const USAGE = `usage: sentinel verify <owner/repo#number | issue URL | file.md | bundle.json | folder> [options]

  --git DIR       a clone, to compare the rollback commit's tree, parent and trailers
  --anchor HEAD   a head of the record that you know from elsewhere (repeatable)
  --json          the result as JSON

Everything is recomputed on this machine; only an incident named on GitHub is read there (GITHUB_TOKEN, GITHUB_API_URL;
SENTINEL_APP_ID: believe this App alone).
Exit 0: intact. Exit 1: something is wrong; it says what and where. Exit 2: bad usage.`;

/** Recomputes the record of one incident and says what is wrong. Gives the exit code. */
export async function verifyCommand(args: readonly string[], out: NodeJS.WritableStream): Promise<number> {
  if (isHelp(args)) {
    out.write(`${USAGE}\n`);
    return 0;
  }
  const parsed = parse(args);
  if (typeof parsed === "string") {
    out.write(`${parsed}\n\n${USAGE}\n`);
    return 2;
  }
  const { target, git, anchors, isJson } = parsed;
  if (git !== null && !(await isRepository(git))) {
    out.write(`--git wants a clone of the repository, and ${git} is none that git can read.\n`);
    return 2;
  }
  const { evidence, gitDir } = await findEvidence(target);
  const known = {
    ...evidence,
    anchors: [...(evidence.anchors ?? []), ...anchors.map((head) => ({ head, from: "--anchor" }))],
  };
  const result = await verifyWithCommits(known, git ?? gitDir);
  out.write(isJson ? `${JSON.stringify(result, null, 2)}\n` : `${inWords(result)}\n`);
  return result.verdict === "intact" ? 0 : 1;
}

/** With a repository the commit itself is judged, and its trailer anchors the record. */
export async function verifyWithCommits(evidence: Evidence, gitDir: string | null): Promise<Verification> {
  if (gitDir === null) return verify(evidence);
  const entries = readBlocks(evidence.text).blocks.flatMap((block) => verifyChain(block).entries);
  const { findings, anchors } = await verifyCommits(entries, createCommitReader(gitDir));
  const result = verify({ ...evidence, anchors: [...(evidence.anchors ?? []), ...anchors] });
  const all: readonly Finding[] = [...result.findings, ...findings];
  return { ...result, findings: all, verdict: all.length === 0 ? "intact" : "broken" };
}

/** What a person points at: an incident on GitHub, a page, a bundle or a kept drill. */
export async function findEvidence(
  target: string,
): Promise<{ readonly evidence: Evidence; readonly gitDir: string | null }> {
  const issue = namedIncident(target);
  if (issue) return { evidence: await readIncident(issue.owner, issue.repo, issue.number), gitDir: null };
  return readLocal(target);
}

function inWords({ verdict, anchoring, chains, findings }: Verification): string {
  const lines = chains.map(
    ({ chain, entries, anchoredTo, head }) =>
      `${chain}: ${entries} ${entries === 1 ? "entry" : "entries"}, ${anchorWords(entries, anchoredTo)}, head ${head ?? "none"}`,
  );
  const wrong = findings.map(({ code, where, says }) => `  ${where}: ${says} (${code})`);
  const tail =
    anchoring === "unanchored" ? "unanchored: a record written anew from its start would look the same." : anchoring;
  return [...lines, verdict === "intact" ? `intact, ${tail}` : `broken, ${tail}`, ...wrong].join("\n");
}

function anchorWords(entries: number, anchoredTo: number): string {
  if (anchoredTo === 0) return "unanchored";
  return anchoredTo === entries ? "anchored" : `anchored to #${anchoredTo}`;
}

type Wanted = {
  readonly target: string;
  readonly git: string | null;
  readonly anchors: readonly string[];
  readonly isJson: boolean;
};

function parse(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        git: { type: "string" },
        anchor: { type: "string", multiple: true, default: [] },
        json: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    const [target] = positionals;
    if (target === undefined || positionals.length > 1) return "Name one incident, file or folder.";
    const strange = values.anchor.find((head) => !/^[0-9a-f]{64}$/.test(head));
    if (strange !== undefined) return `--anchor wants 64 hex digits, not ${JSON.stringify(strange)}.`;
    return { target, git: values.git ?? null, anchors: values.anchor, isJson: values.json };
  } catch (error) {
    return wrongUsage(error);
  }
}
