import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** CPU time (user and system, all threads) of a Node process from its start to its first request, or to its end. */

export type Trap = { readonly url: string; begin(): Promise<void>; close(): Promise<void> };

/** A server that answers nothing: it only tells when the first request has come. */
export async function openTrap(): Promise<Trap> {
  let came: () => void = () => {};
  const server = createServer(() => came());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    begin: () =>
      new Promise((resolve) => {
        came = resolve;
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export type Measured = { readonly cpuMs: number; readonly requested: boolean };

/**
 * Runs `node <file>` under bash's `time`, whose figures come from the kernel's own count for an ended child, and kills it at
 * its first request to the trap. Linux only: the child is found in /proc.
 */
export async function cpuToFirstRequest(
  file: string,
  env: Readonly<Record<string, string>>,
  trap: Trap,
): Promise<Measured> {
  const request = trap.begin();
  const shell = spawn("bash", ["-c", 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1', "_", process.execPath, file], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  shell.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => shell.on("close", () => resolve()));
  const requested = await Promise.race([request.then(() => true), ended.then(() => false)]);
  if (requested) for (const pid of childrenOf(shell.pid)) process.kill(pid, "SIGKILL");
  await ended;
  return { cpuMs: parseTimes(said), requested };
}

function childrenOf(pid: number | undefined): readonly number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
}

function parseTimes(said: string): number {
  const [, user, system] = /^(\d+\.\d+) (\d+\.\d+)$/m.exec(said) ?? [];
  if (user === undefined || system === undefined) throw new Error(`no times in: ${said}`);
  return Math.round((Number(user) + Number(system)) * 1000);
}
