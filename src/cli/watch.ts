import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { connect } from "./incident-from-github.ts";
import { followIncident, newestIncident, type Place } from "./watch/from-github.ts";
import { createPlainView } from "./watch/plain.ts";

const USAGE = `usage: sentinel watch [owner/repo[#number]] [--plain] [--every SECONDS]

  Without a number, the newest open incident; without a repository, the one that the remote \`origin\` names.
  Reads GitHub with GITHUB_TOKEN (GITHUB_API_URL for a server of your own). Ends when the incident is closed.`;

/** Shows an incident as it goes on: drawn on a terminal, plain lines elsewhere. Gives the exit code. */
export async function watchCommand(argv: readonly string[], out: NodeJS.WriteStream): Promise<number> {
  const asked = parse(argv);
  if (asked === null) {
    out.write(`${USAGE}\n`);
    return 2;
  }
  const github = connect();
  const { owner, repo } = asked;
  const number = asked.number ?? (await newestIncident(github, owner, repo));
  if (number === null) {
    out.write(`${owner}/${repo} has no open incident.\n`);
    return 0;
  }
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const view = await openView(`${owner}/${repo}#${number}`, asked.isPlain || !out.isTTY, out);
  try {
    const place: Place = { owner, repo, number };
    await followIncident(github, place, view.show, { pauseMs: asked.everyMs, signal: stop.signal, now: Date.now });
  } finally {
    await view.close();
  }
  return 0;
}

async function openView(subject: string, isPlain: boolean, out: NodeJS.WriteStream) {
  const startedAt = Date.now();
  if (!isPlain) {
    const { createLiveView } = await import("./watch/live.ts");
    return createLiveView({ subject, startedAt, now: Date.now, keys: null, stdout: out });
  }
  out.write(`${subject}\n\n`);
  const show = createPlainView((line) => out.write(`${line}\n`), { color: false, startedAt });
  return { show, close: async () => {} };
}

type Asked = {
  readonly owner: string;
  readonly repo: string;
  readonly number: number | null;
  readonly isPlain: boolean;
  readonly everyMs: number;
};

function parse(argv: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { plain: { type: "boolean", default: false }, every: { type: "string", default: "5" } },
    });
    const seconds = Number(values.every);
    const target = TARGET.exec(positionals[0] ?? originRepository() ?? "")?.groups;
    if (!target?.owner || !target.repo || positionals.length > 1 || !(seconds >= 1)) return null;
    const number = target.number === undefined ? null : Number(target.number);
    return { owner: target.owner, repo: target.repo, number, isPlain: values.plain, everyMs: seconds * 1000 };
  } catch {
    return null;
  }
}

const TARGET = /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+?)(?:#(?<number>[1-9]\d*))?$/;

/** `owner/repo` of the remote `origin`, whether it is named by https or ssh. */
function originRepository(): string | null {
  try {
    const url = execFileSync("git", ["remote", "get-url", "origin"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\s*$/.exec(url)?.[1] ?? null;
  } catch {
    return null;
  }
}
