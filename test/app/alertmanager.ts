import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "../../drill/story/ports.ts";
import { until } from "./stage.ts";

/** Runs Prometheus's own Alertmanager with one receiver, and gives a way to fire an alert at it. */
export async function withAlertmanager(
  url: string,
  token: string,
  work: (fire: (labels: Readonly<Record<string, string>>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "sentinel-alertmanager-"));
  const port = await freePort();
  const config = {
    route: { receiver: "sentinel", group_wait: "0s", group_interval: "1s", repeat_interval: "1m" },
    receivers: [
      {
        name: "sentinel",
        webhook_configs: [
          { url, send_resolved: true, http_config: { authorization: { type: "Bearer", credentials: token } } },
        ],
      },
    ],
  };
  await writeFile(join(dir, "alertmanager.yml"), stringify(config));
  const child = spawn(
    "prometheus-alertmanager",
    [
      `--config.file=${join(dir, "alertmanager.yml")}`,
      `--storage.path=${dir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  const api = `http://127.0.0.1:${port}/api/v2`;
  try {
    await until(
      () =>
        fetch(`${api}/status`).then(
          ({ ok }) => ok,
          () => false,
        ),
      "Alertmanager is up",
      10_000,
    );
    await work(async (labels) => {
      const alerts = [{ labels, annotations: { summary: "p99 is 2.1 s" }, startsAt: new Date().toISOString() }];
      const answer = await fetch(`${api}/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alerts),
      });
      if (!answer.ok) throw new Error(`Alertmanager refused the alert: ${await answer.text()}`);
    });
  } finally {
    child.kill();
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
}
