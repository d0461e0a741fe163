import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { APP } from "./light-github.ts";

/** A server under measurement, as a process of its own. */
export type ServerProcess = {
  readonly pid: number;
  readonly url: string;
  /** User and system time so far, in milliseconds. */
  cpuMs(): number;
  rssMb(): number;
  stop(): Promise<void>;
};

export const SECRET = "bench-webhook-secret";
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const PRIVATE_KEY: string = privateKey;

export function appEnvironment(apiUrl: string): Readonly<Record<string, string>> {
  return {
    APP_ID: String(APP.id),
    PRIVATE_KEY,
    WEBHOOK_SECRET: SECRET,
    HOST: "127.0.0.1",
    PORT: "0",
    GITHUB_API_URL: apiUrl,
    SENTINEL_SWEEP_SECONDS: "86400",
    LOG_LEVEL: "warn",
  };
}

/** The App as it is shipped and started by `npm start`: compiled, with a small young generation. */
export function compileApp(): { readonly file: string; readonly flags: readonly string[] } {
  const { scripts } = JSON.parse(readFileSync(resolve(ROOT, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  const [compile = "", start = ""] = scripts.start.split(" && exec node ");
  execFileSync("npx", ["--no-install", ...compile.split(" ")], { cwd: ROOT, stdio: "inherit" });
  const words = start.split(" ");
  return { file: words.at(-1) ?? "", flags: words.slice(0, -1) };
}

const ROOT = resolve(import.meta.dirname, "../..");

/** Starts `file` and waits for its line with the port; `isReady` waits for /readyz as well. */
export async function startServer(
  file: string,
  env: Readonly<Record<string, string>>,
  isReady: boolean,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...flags, resolve(ROOT, file)], {
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await portOf(child);
  const url = `http://127.0.0.1:${port}`;
  while (
    isReady &&
    !(await fetch(`${url}/readyz`, { headers: { connection: "close" } }).then(
      ({ ok }) => ok,
      () => false,
    ))
  )
    await delay(20);
  const pid = child.pid ?? 0;
  return {
    pid,
    url,
    cpuMs: () => cpuMs(pid),
    rssMb: () => rssMb(pid),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(kill);
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((found, failed) => {
    if (!child.stdout) throw new Error("invariant: a piped stdout");
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"msg":"listening"')) found(JSON.parse(line).port);
    });
    child.once("exit", (code) => failed(new Error(`the server ended with ${code} at its start`)));
  });
}

/** Linux counts in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function rssMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
