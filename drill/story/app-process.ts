import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

/** The real App server as a process of its own, started as `npm start` starts it. */
export type AppProcess = { readonly output: readonly string[]; stop(): Promise<void> };

const MAIN = resolve(import.meta.dirname, "../../src/app/main.ts");
const START_MS = 15_000;
const STOP_MS = 5_000;

/** Throws with the App's own words when it does not come up. */
export async function startApp(env: Readonly<Record<string, string>>): Promise<AppProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const listening = new Promise<void>((ready, failed) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output.push(line);
      if (line.includes('"msg":"listening"')) ready();
    });
    createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
    child.on("exit", (code) =>
      failed(new Error(`the App ended with ${code} at its start:\n${output.slice(-20).join("\n")}`)),
    );
    setTimeout(() => failed(new Error(`the App was not listening after ${START_MS / 1000} s`)), START_MS).unref();
  });
  try {
    await listening;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return { output, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(kill);
}
