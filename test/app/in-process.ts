import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type App, startApp } from "../../src/app/app.ts";
import { createLog } from "../../src/app/log.ts";
import { checkSettings } from "../../src/app/settings.ts";
import { systemClock } from "../../src/kernel/clock.ts";

/**
 * The App in this process behind a gate to GitHub that can cut it off for good, as a kill does: nothing it sends afterwards
 * arrives. Quick enough to try a death at every single call.
 */
export type GatedApp = { readonly app: App; readonly gate: Gate; close(): Promise<void> };

export type Gate = {
  readonly url: string;
  /** Calls that reached the gate, in order. */
  readonly calls: readonly string[];
  readonly isDead: boolean;
  close(): Promise<void>;
};

export type Death = { readonly call: number; readonly when: "before" | "after" } | null;

export async function startGated(
  env: Readonly<Record<string, string>>,
  death: Death = null,
  latencyMs = 0,
): Promise<GatedApp> {
  const gate = await openGate(env.GITHUB_API_URL ?? "", death, latencyMs);
  const checked = checkSettings({ ...env, GITHUB_API_URL: gate.url, LOG_LEVEL: "silent" });
  if (checked.kind === "refused") throw new Error(checked.problems.join("\n"));
  const app = await startApp(checked.settings, systemClock, createLog("silent"), { patienceMs: 0, againMs: 300 });
  return {
    app,
    gate,
    close: async () => {
      // A dead process waits for nothing.
      const stopped = app.stop();
      await gate.close();
      if (!death) await stopped;
    },
  };
}

export async function openGate(target: string, death: Death, latencyMs: number): Promise<Gate> {
  const calls: string[] = [];
  let isDead = false;
  const to = new URL(target);
  const server: Server = createServer((incoming, outgoing) => {
    if (isDead) {
      incoming.socket.destroy();
      return;
    }
    calls.push(`${incoming.method} ${incoming.url?.replace(/\?.*/, "").replace(to.pathname, "")}`);
    const isLast = death?.call === calls.length;
    if (isLast && death.when === "before") {
      isDead = true;
      server.closeAllConnections();
      return;
    }
    const forward = () => {
      const { host: _host, ...headers } = incoming.headers;
      const onward = httpRequest(
        { host: to.hostname, port: to.port, method: incoming.method, path: incoming.url, headers },
        (answer) => {
          if (isLast) {
            isDead = true;
            answer.resume();
            answer.on("end", () => server.closeAllConnections());
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on("error", () => incoming.socket.destroy());
      incoming.pipe(onward);
    };
    if (latencyMs > 0) setTimeout(forward, latencyMs);
    else forward();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${to.pathname}`,
    calls,
    get isDead() {
      return isDead;
    },
    close: async () => {
      isDead = true;
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
