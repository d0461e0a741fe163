import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * One child process of a step, ended as GitHub's runner ends it. It must never leave a process behind: what outlives its
 * parent is found by the tracking id in its environment.
 */

export type Grace = { readonly interruptMs: number; readonly terminateMs: number };

/** What GitHub's runner waits after SIGINT, and then after SIGTERM. */
export const GITHUB_GRACE: Grace = { interruptMs: 7_500, terminateMs: 2_500 };

export type ProcessSpec = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly grace: Grace;
  /** Aborting it ends the process: SIGINT, SIGTERM, kill of the tree. */
  readonly stop: AbortSignal;
  onLine(line: string): void;
};

/** The exit code; `stopped` when it was told to stop, whatever it then exited with. */
export type ProcessEnd = { readonly exitCode: number; readonly stopped: boolean };

export async function runProcess(spec: ProcessSpec): Promise<ProcessEnd> {
  if (spec.stop.aborted) return { exitCode: 143, stopped: true };
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    // A group of its own, so that the whole tree can be killed, and Ctrl+C in a terminal does not reach it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const reading = Promise.all([readLines(child.stdout, spec.onLine), readLines(child.stderr, spec.onLine)]);
  const ladder = stopLadder(child, spec);
  spec.stop.addEventListener("abort", ladder.begin, { once: true });
  try {
    const exitCode = await exited(child, spec);
    // A grandchild may hold the pipes open for ever; GitHub's runner also waits five seconds for them, no longer.
    await Promise.race([reading, timeout(5_000)]);
    return { exitCode, stopped: spec.stop.aborted };
  } finally {
    spec.stop.removeEventListener("abort", ladder.begin);
    ladder.end();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Kills every process that carries this id in its environment: what a step left running. Gives how many there were. */
export function killTracked(trackingId: string): number {
  const pids = processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(trackingId));
  for (const pid of pids) signal(pid, "SIGKILL");
  return pids.length;
}

function stopLadder(child: ChildProcess, spec: ProcessSpec) {
  const timers: NodeJS.Timeout[] = [];
  return {
    begin: () => {
      if (child.pid === undefined) return;
      const pid = child.pid;
      signal(pid, "SIGINT");
      timers.push(setTimeout(() => signal(pid, "SIGTERM"), spec.grace.interruptMs));
      timers.push(setTimeout(() => signal(-pid, "SIGKILL"), spec.grace.interruptMs + spec.grace.terminateMs));
    },
    end: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function exited(child: ChildProcess, spec: ProcessSpec): Promise<number> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      spec.onLine(`##[error]An error occurred trying to start process '${spec.command}': ${error.message}`);
      resolve(127);
    });
    child.on("exit", (code, killedBy) => resolve(code ?? (killedBy === "SIGKILL" ? 137 : 143)));
  });
}

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  reader.on("line", onLine);
  await new Promise<void>((resolve) => reader.on("close", resolve));
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}
