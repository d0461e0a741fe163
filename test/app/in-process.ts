import { type App, startApp } from "../../src/app/app.ts";
import { createLog } from "../../src/app/log.ts";
import { checkSettings } from "../../src/app/settings.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { openGate } from "./gate.ts";

/** The App in this process, which starts at once and waits for nobody: for tests that begin many of it, or many events. */
export type InProcess = {
  readonly url: string;
  /** What it asked GitHub so far, by kind. */
  calls(): readonly string[];
  close(): Promise<void>;
};

export async function startInProcess(env: Readonly<Record<string, string>>): Promise<InProcess> {
  const gate = openGate();
  const apiUrl = await gate.door(env.GITHUB_API_URL ?? "");
  const checked = checkSettings({ ...env, GITHUB_API_URL: apiUrl, LOG_LEVEL: "silent" });
  if (checked.kind === "refused") throw new Error(checked.problems.join("\n"));
  const timing = { patienceMs: 0, againMs: 300 };
  const app: App = await startApp(checked.settings, systemClock, createLog("silent"), timing);
  return {
    url: `http://127.0.0.1:${app.port}`,
    calls: () => gate.calls.map(({ kind }) => kind),
    close: async () => {
      await app.stop();
      await gate.close();
    },
  };
}
