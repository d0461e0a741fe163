import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { GitHubApp } from "../adapters/github-app.ts";
import { saveAnomaly } from "../adapters/github-app-acts.ts";
import { checkRunsNamed } from "../adapters/github-app-checks.ts";
import { deploymentsTo, statusesOf } from "../adapters/github-app-deployments.ts";
import { anomalyCheck } from "../incident/names.ts";
import { sha256 } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Sha } from "../kernel/sha.ts";
import { plainText, safeText } from "../notice/safe-text.ts";
import type { Place } from "./concern.ts";
import type { Looks } from "./looks.ts";
import type { Policies } from "./policies.ts";
import { readBody, send } from "./server.ts";
import { verdictOfStatuses } from "./sources/deployment.ts";

/**
 * Takes what Prometheus Alertmanager sends (webhook format 4) and writes it down on the revision that is deployed, as a check
 * run of ours; then the branch is looked at as after any event. It must never take a revision or a branch from the alert.
 *
 * The alert's labels name the repository (`repository: owner/name`); the policy names the alert and its environment.
 */
export type AnomalyPorts = {
  readonly token: Secret;
  readonly github: GitHubApp;
  readonly looks: Looks;
  readonly policies: Policies;
  readonly appId: number;
  readonly place: (fullName: string) => Place | null;
};

const Alert = z.looseObject({
  status: z.enum(["firing", "resolved"]),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).default({}),
  startsAt: z.string(),
  generatorURL: z.string().optional(),
  fingerprint: z.string().optional(),
});
type Alert = z.infer<typeof Alert>;
const Message = z.looseObject({ version: z.literal("4"), alerts: z.array(Alert).max(100) });

const MOST_BYTES = 1024 * 1024;

export async function receiveAnomaly(
  ports: AnomalyPorts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") return send(response, 405, "POST only");
  if (!isAuthorized(request.headers.authorization, ports.token)) return send(response, 401, "unauthorized");
  const body = await readBody(request, MOST_BYTES);
  if (body === null) return send(response, 413, "too large");
  const message = Message.safeParse(parse(body));
  if (!message.success)
    return send(response, 400, `not Alertmanager's webhook format 4: ${z.prettifyError(message.error)}`);
  const results = await Promise.all(message.data.alerts.map((alert) => attend(ports, alert)));
  send(response, 200, JSON.stringify({ alerts: results }), "application/json");
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

function isAuthorized(header: string | undefined, token: Secret): boolean {
  const given = Buffer.from(sha256(header?.replace(/^Bearer /, "") ?? ""), "hex");
  return timingSafeEqual(given, Buffer.from(sha256(token.expose()), "hex"));
}

type Result = "noted" | "repository-unknown" | "not-watched" | "nothing-deployed";

async function attend(ports: AnomalyPorts, alert: Alert): Promise<Result> {
  const { alertname = "", repository = "", environment } = alert.labels;
  const place = ports.place(repository);
  if (place === null) return "repository-unknown";
  const watched = ports.policies.watched(place.repo.id);
  const rule = watched?.rules.find(
    (one) =>
      "anomaly" in one && one.anomaly === alertname && (environment === undefined || one.environment === environment),
  );
  if (!watched || !rule || !("anomaly" in rule)) return "not-watched";
  const sha = await deployedAt(ports, place, rule.environment);
  if (sha === null) return "nothing-deployed";
  await write(ports, place, sha, alert, rule.anomaly);
  const occasion = {
    sha,
    source: `anomaly:${rule.anomaly}`,
    hint: {},
    isFailure: alert.status === "firing",
    order: null,
  };
  await Promise.all(watched.branches.map((branch) => ports.looks.ask({ ...place, branch }, occasion).standing));
  return "noted";
}

/** The revision whose deployment succeeded last. */
async function deployedAt(
  { github }: AnomalyPorts,
  { installation, repo }: Place,
  environment: string,
): Promise<Sha | null> {
  const reader = github.reader(installation);
  for (const deployment of await deploymentsTo(reader, repo, environment, 20)) {
    const statuses = await statusesOf(reader, repo, deployment.id);
    const told = { id: deployment.id, statuses };
    if ((await verdictOfStatuses({ github: reader, repo }, told, environment, undefined)) === "passing")
      return deployment.sha;
  }
  return null;
}

/** Alertmanager repeats itself; the same episode is written once. */
async function write(
  ports: AnomalyPorts,
  { installation, repo }: Place,
  sha: Sha,
  alert: Alert,
  name: string,
): Promise<void> {
  const { github, appId } = ports;
  const id = sha256(`${alert.fingerprint ?? ""} ${alert.startsAt} ${alert.status}`).slice(0, 32);
  const check = anomalyCheck(name);
  const written = await checkRunsNamed(github.reader(installation), repo, sha, check);
  if (written.some((run) => run.app?.id === appId && run.external_id === id)) return;
  const powers = github.powers(installation, repo.id);
  try {
    await saveAnomaly(powers, repo, sha, {
      name: check,
      isFiring: alert.status === "firing",
      title: titleOf(alert, name),
      summary: summaryOf(alert),
      url: httpUrl(alert.generatorURL),
      id,
    });
  } finally {
    await powers.end();
  }
}

function titleOf({ status, annotations }: Alert, name: string): string {
  return plainText(`${name} is ${status}${annotations.summary ? `: ${annotations.summary}` : ""}`, 200);
}

/**
 * Metric, baseline, observed value and window, when the alert's annotations say them. Where the first three do, they stand on
 * one line, as the analysis reads a measurement.
 */
function summaryOf({ annotations, startsAt }: Alert): string {
  const { metric, baseline, observed } = annotations;
  const measured = metric && baseline && observed ? `${metric}: baseline ${baseline}, observed ${observed}` : null;
  const keys = [...(measured === null ? ["metric", "observed", "baseline"] : []), "window", "description"];
  const said = keys.flatMap((key) => {
    const value = annotations[key];
    return value ? [`- ${key}: ${safeText(value, 300)}`] : [];
  });
  const first = measured === null ? [] : [`- ${safeText(measured, 300)}`];
  return [`Since ${plainText(startsAt, 40)}.`, ...first, ...said].join("\n");
}

function httpUrl(text: string | undefined): string | null {
  return text !== undefined && /^https?:\/\//.test(text) && URL.canParse(text) ? text : null;
}
