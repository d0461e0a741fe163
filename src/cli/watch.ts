import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { connect } from "./incident-from-github.ts";
import { namedIncident } from "./named-incident.ts";
import { followIncident, newestIncident, type Place } from "./watch/from-github.ts";
import { createPlainView } from "./watch/plain.ts";
import { isHelp, wrongUsage } from "./wrong-usage.ts";

const USAGE = `usage: sentinel watch [owner/repo[#number] | issue URL] [--plain] [--every SECONDS]

  Without a number, the newest open incident; without a repository, the one that the remote \`origin\` names.
  Reads GitHub with GITHUB_TOKEN (GITHUB_API_URL for a server of your own). Ends when the incident is closed.`;

/** Shows an incident as it goes on: drawn on a terminal, plain lines elsewhere. Gives the exit code. */
export async function watchCommand(argv: readonly string[], out: NodeJS.WriteStream): Promise<number> {
  if (isHelp(argv)) {
    out.write(`${USAGE}\n`);
    return 0;
  }
  const asked = parse(argv);
  if (typeof asked === "string") {
    out.write(`${asked}\n\n${USAGE}\n`);
    return 2;
  }
  const github = await connect();
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
    const options = { pauseMs: asked.everyMs, signal: stop.signal, now: Date.now };
    return (await followIncident(github, place, view.show, options)) ? 0 : 1;
  } finally {
    await view.close();
  }
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

function parse(argv: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { plain: { type: "boolean", default: false }, every: { type: "string", default: "5" } },
    });
    const seconds = Number(values.every);
    if (!(seconds >= 1 && seconds <= 3600)) return `--every wants 1 to 3600 seconds, not "${values.every}".`;
    if (positionals.length > 1) return "Name one incident or repository.";
    const target = positionals[0] ?? originRepository();
    if (target === null) return "Name a repository: there is no remote `origin` here that names one.";
    const named = namedIncident(target) ?? namedRepository(target);
    if (named === null) return `${target} names neither an incident nor a repository.`;
    return { ...named, isPlain: values.plain, everyMs: seconds * 1000 };
  } catch (error) {
    return wrongUsage(error);
  }
}

function namedRepository(target: string): Pick<Asked, "owner" | "repo" | "number"> | null {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(target) ?? [];
  return owner && repo ? { owner, repo, number: null } : null;
}

/** `owner/repo` of the remote `origin`, whether it is named by https or ssh. */
function originRepository(): string | null {
  try {
    const url = execFileSync("git", ["remote", "get-url", "origin"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    // A folder of this machine, as of a clone of a clone, is no repository on GitHub.
    return /^(?:(?:https?|ssh|git):\/\/[^/\s]+\/|[^/\s:]+:)([\w.-]+\/[\w.-]+?)(?:\.git)?\s*$/.exec(url)?.[1] ?? null;
  } catch {
    return null;
  }
}
