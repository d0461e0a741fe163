import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { JournalEntry } from "../../drill/journal.ts";
import type { DrillResult } from "../../drill/story/outcome.ts";

const MAIN = resolve(import.meta.dirname, "../../drill/main.ts");

export type DrillRun = {
  readonly exitCode: number | null;
  readonly output: string;
  /** Null where the drill wrote none. */
  readonly result: DrillResult | null;
  readonly requests: readonly JournalEntry[];
  /** Text of a kept file, empty where it is missing. */
  kept(path: string): Promise<string>;
  forget(): Promise<void>;
};

/** Runs `npm run drill` as a user does: the script in a process of its own, with files to read afterwards. */
export async function runDrill(...argv: string[]): Promise<DrillRun> {
  const dir = await mkdtemp(join(tmpdir(), "sentinel-acceptance-"));
  const json = join(dir, "out.json");
  const keep = join(dir, "kept");
  const child = spawn(process.execPath, [MAIN, "--json", json, "--keep", keep, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, exitCode] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.on("close", done)),
  ]);
  const read = (path: string) => readFile(path, "utf8").catch(() => "");
  const result = await read(json);
  const requests = (await read(join(keep, "requests.jsonl"))).split("\n").filter((line) => line !== "");
  return {
    exitCode,
    output: `${out}\n${err}`,
    result: result === "" ? null : JSON.parse(result),
    requests: requests.map((line) => JSON.parse(line)),
    kept: (path) => read(join(keep, path)),
    forget: () => rm(dir, { recursive: true, force: true }),
  };
}

/** Requests that change something, without the ids that differ from run to run. */
export function writes(run: DrillRun): readonly string[] {
  return run.requests
    .filter(({ service, method }) => service !== "gemini" && method !== "GET" && method !== "HEAD")
    .map(
      ({ service, method, path, actor }) =>
        `${service} ${method} ${path.replace(/\b[0-9a-f]{40}\b|\d+/g, "#")} as ${actor}`,
    )
    .filter((line) => !line.includes("git-upload-pack"))
    .sort();
}
