import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlainView } from "../src/cli/watch/plain.ts";
import type { WatchEvent } from "../src/cli/watch/watched.ts";
import { type Arguments, parseDrillArguments, USAGE, UsageError } from "./story/arguments.ts";
import { brokenOff, type DrillResult } from "./story/outcome.ts";
import { type Played, play } from "./story/play.ts";
import { prepareRehearsal } from "./story/rehearsal.ts";
import { createTimeline, type Timeline } from "./story/timeline.ts";

/**
 * `npm run drill`: plays the whole line on this machine, against stand-ins on loopback, with no account. It only reads the
 * repository that it is given. Exit 0: the line behaved as promised; 1: a promise was broken; 2: bad usage.
 */
async function main(): Promise<number> {
  if (process.argv.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const args = parseDrillArguments(process.argv.slice(2), Boolean(process.stdin.isTTY && process.stdout.isTTY));
  const workDir = await mkdtemp(join(tmpdir(), "sentinel-drill-"));
  // They stay for good: the terminal's own handler ends the process at once where it finds itself alone.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupted.abort());
  try {
    const rehearsal = await prepareRehearsal(args, workDir);
    const timeline = createTimeline();
    const view = await openView(args, `${rehearsal.owner}/${rehearsal.name}, branch ${rehearsal.branch}`, timeline);
    const write = async (result: DrillResult) => {
      if (args.json !== null) await writeFile(args.json, `${JSON.stringify(result, null, 2)}\n`);
    };
    const played = await play(args, rehearsal, timeline, view.show, workDir, interrupted.signal)
      .catch(async (error) => {
        await write(brokenOff(rehearsal, timeline));
        throw error;
      })
      .finally(view.close);
    await write(played.result);
    console.log(closingWords(played));
    return played.broken.length === 0 ? 0 : 1;
  } finally {
    await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

type View = { show(event: WatchEvent): void; close(): Promise<void> };

/** Drawn on a terminal, plain lines elsewhere and with `--plain`. */
async function openView(args: Arguments, subject: string, timeline: Timeline): Promise<View> {
  const isDrawable = !args.plain && Boolean(process.stdout.isTTY);
  if (isDrawable) {
    const { createLiveView } = await import("../src/cli/watch/live.ts");
    const keys = args.answer === "ask" ? "press a to approve, d to deny" : null;
    return createLiveView({ subject: `Sentinel drill: ${subject}`, startedAt: 0, now: timeline.now, keys });
  }
  console.log(`\nSentinel drill: ${subject}\n`);
  return { show: createPlainView((line) => console.log(line), { color: false, startedAt: 0 }), close: async () => {} };
}

function closingWords({ result, broken }: Played): string {
  const { branch, plan, approval, timings } = result;
  const seconds = (ms: number | null) => (ms === null ? "–" : `${(ms / 1000).toFixed(2)} s`);
  return [
    "",
    `  branch     ${branch.before.slice(0, 12)} → ${branch.after.slice(0, 12)}${branch.before === branch.after ? " (unchanged, held)" : ""}`,
    `  plan       ${plan ? `${plan.code}, undoes ${plan.undoes.length}` : "none"}`,
    `  approval   ${approval.answer}${approval.approver ? ` by ${approval.approver}` : ""}, asked ${approval.asked}`,
    `  times      hold ${seconds(timings.signalToHoldMs)}, incident ${seconds(timings.signalToIncidentMs)}, ask ${seconds(timings.signalToAskMs)}, answer → revert ${seconds(timings.answerToRevertMs)}`,
    ...broken.map((promise) => `  BROKEN     ${promise}`),
    "",
  ].join("\n");
}

const interrupted = new AbortController();
try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  if (isUsage) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(interrupted.signal.aborted ? "Interrupted. Everything it had started has ended." : error);
  process.exitCode = isUsage ? 2 : 1;
}
