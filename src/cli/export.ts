import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { GitHubRequest } from "../adapters/github-request.ts";
import { readBlocks } from "../audit/block.ts";
import { type AuditRow, auditRow, EXPORT_NOTE } from "../audit/period.ts";
import { type Evidence, verify } from "../audit/verify.ts";
import { verifyChain } from "../audit/verify-chain.ts";
import type { Memory } from "../incident/memory.ts";
import { INCIDENT_LABEL } from "../incident/names.ts";
import { checkRunMemory, readLocal } from "./evidence.ts";
import { allPages, connect, readIssue } from "./incident-from-github.ts";
import { verifyWithCommits } from "./verify.ts";

const USAGE = `usage: sentinel export --from YYYY-MM-DD --to YYYY-MM-DD (--repo owner/name | FOLDER…) [--out FILE]

Writes one JSON with every incident opened in the period (both days included): from GitHub (GITHUB_TOKEN), or from folders
that \`npm run drill -- --keep\` left. Exit 1 when a record does not verify. Exit 2: bad usage.`;

/** One JSON of a period's incidents. Gives the exit code. */
export async function exportCommand(args: readonly string[], out: NodeJS.WritableStream): Promise<number> {
  const wanted = parse(args);
  if (wanted === null) {
    out.write(`${USAGE}\n`);
    return 2;
  }
  const { from, to, repo, folders, file } = wanted;
  const rows = repo === null ? await fromFolders(folders) : await fromGitHub(connect(), repo, from);
  const incidents = rows.filter(
    ({ detection }) => detection.at.slice(0, 10) >= from && detection.at.slice(0, 10) <= to,
  );
  const text = `${JSON.stringify({ v: 1, from, to, note: EXPORT_NOTE, incidents }, null, 2)}\n`;
  if (file === null) out.write(text);
  else writeFileSync(file, text);
  return incidents.every(({ verification }) => verification.verdict === "intact") ? 0 : 1;
}

async function fromFolders(folders: readonly string[]): Promise<readonly AuditRow[]> {
  const rows = folders.map(async (folder) => {
    const file = join(folder, "check-run.json");
    const memory = existsSync(file) ? checkRunMemory(readFileSync(file, "utf8")) : null;
    if (memory === null) throw new Error(`${folder}: no memory of an incident in check-run.json`);
    const { evidence, gitDir } = readLocal(folder);
    return auditRow(folder, memory, entriesOf(evidence), await verifyWithCommits(evidence, gitDir), null);
  });
  return Promise.all(rows);
}

const Listed = z.looseObject({ number: z.int(), created_at: z.string() });

async function fromGitHub(
  github: GitHubRequest,
  [owner, repo]: readonly [string, string],
  from: string,
): Promise<readonly AuditRow[]> {
  const route = "GET /repos/{owner}/{repo}/issues";
  const query = { owner, repo, labels: INCIDENT_LABEL, state: "all", since: `${from}T00:00:00Z` };
  const rows: AuditRow[] = [];
  for (const { number } of await allPages(github, route, query, Listed)) {
    const { evidence, memory } = await readIssue(github, owner, repo, number);
    if (memory === null) continue;
    const entries = entriesOf(evidence);
    const isAuthor = await approverIsAuthor(github, { owner, repo }, memory, entries);
    rows.push(auditRow(`${owner}/${repo}`, memory, entries, verify(evidence), isAuthor));
  }
  return rows;
}

type Entries = ReturnType<typeof entriesOf>;

function entriesOf({ text }: Evidence) {
  return readBlocks(text).blocks.flatMap((block) => verifyChain(block).entries);
}

const Compared = z.looseObject({
  commits: z.array(
    z.looseObject({
      author: z.looseObject({ id: z.int() }).nullable(),
      committer: z.looseObject({ id: z.int() }).nullable(),
    }),
  ),
});

/** Reads GitHub's accounts of everything between the last good revision and the bad head: at least what was undone. */
async function approverIsAuthor(
  github: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  memory: Memory,
  entries: Entries,
): Promise<boolean | null> {
  const approver = entries.find(({ kind, reason }) => kind === "answered" && reason === "approved")?.person;
  if (approver === undefined || memory.lastGood === null) return null;
  const basehead = `${memory.lastGood}...${memory.badHead}`;
  const { data } = await github("GET /repos/{owner}/{repo}/compare/{basehead}", { ...at, basehead, per_page: 100 });
  return Compared.parse(data).commits.some(
    ({ author, committer }) => author?.id === approver.id || committer?.id === approver.id,
  );
}

type Wanted = {
  readonly from: string;
  readonly to: string;
  readonly repo: readonly [string, string] | null;
  readonly folders: readonly string[];
  readonly file: string | null;
};

function parse(args: readonly string[]): Wanted | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { from: { type: "string" }, to: { type: "string" }, repo: { type: "string" }, out: { type: "string" } },
      allowPositionals: true,
    });
    const { from, to, repo } = values;
    const isDay = (day: string | undefined): day is string => /^\d{4}-\d\d-\d\d$/.test(day ?? "");
    const [owner, name] = repo?.split("/") ?? [];
    if (!isDay(from) || !isDay(to) || from > to) return null;
    if (repo === undefined)
      return positionals.length === 0 ? null : { from, to, repo: null, folders: positionals, file: values.out ?? null };
    return owner && name ? { from, to, repo: [owner, name], folders: [], file: values.out ?? null } : null;
  } catch {
    return null;
  }
}
