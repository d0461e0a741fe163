import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { GitHubApp } from "../adapters/github-app.ts";
import { saveAnomaly } from "../adapters/github-app-acts.ts";
import { ownCheckRuns } from "../adapters/github-app-checks.ts";
import { deploymentsTo, statusesOf } from "../adapters/github-app-deployments.ts";
import { alertId, anomalyCheck } from "../incident/names.ts";
import { sha256 } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Sha } from "../kernel/sha.ts";
import { plainText, safeText } from "../notice/safe-text.ts";
import type { SignalRule } from "../policy/schema.ts";
import { sourceOf } from "../policy/source.ts";
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
});
type Alert = z.infer<typeof Alert>;
const Message = z.looseObject({ version: z.literal("4"), groupKey: z.string().default(""), alerts: z.array(Alert) });

/** A message refused for its size never comes again; that is room for some thousand alerts. */
const MOST_BYTES = 8 * 1024 * 1024;

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
  const { alerts, groupKey } = message.data;
  const named = alerts.map((alert) => ({ alert, subject: subjectOf(ports, alert) }));
  const groups = Map.groupBy(named, ({ subject }) => (typeof subject === "string" ? subject : subject.key));
  const attended = [...groups].map(async ([key, members]) => {
    const subject = members[0]?.subject;
    const group = { key: groupKey, alerts: members.map(({ alert }) => alert) };
    const isKnown = subject !== undefined && typeof subject !== "string";
    return [key, isKnown ? await attend(ports, subject, group) : subject] as const;
  });
  const results = new Map(await Promise.all(attended));
  const told = named.map(({ subject }) => (typeof subject === "string" ? subject : results.get(subject.key)));
  send(response, 200, JSON.stringify({ alerts: told }), "application/json");
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

type Unknown = "repository-unknown" | "not-watched";
type Result = Unknown | "noted" | "nothing-deployed";

/** Which rule of which repository an alert is about. */
type Subject = {
  readonly key: string;
  readonly place: Place;
  readonly rule: Extract<SignalRule, { anomaly: string }>;
  readonly branches: readonly string[];
};
/** What one message says of a subject: all that fires of it now, and what is over. */
type Group = { readonly key: string; readonly alerts: readonly Alert[] };

function subjectOf(ports: AnomalyPorts, { labels }: Alert): Subject | Unknown {
  const { alertname = "", repository = "", environment } = labels;
  const place = ports.place(repository);
  if (place === null) return "repository-unknown";
  const watched = ports.policies.watched(place.repo.id);
  const rule = watched?.rules.find(
    (one) =>
      "anomaly" in one && one.anomaly === alertname && (environment === undefined || one.environment === environment),
  );
  if (!watched || !rule || !("anomaly" in rule)) return "not-watched";
  return { key: `${place.repo.id} ${rule.anomaly}`, place, rule, branches: watched.branches };
}

async function attend(ports: AnomalyPorts, { place, rule, branches }: Subject, group: Group): Promise<Result> {
  const sha = await deployedAt(ports, place, rule.environment);
  if (sha === null) return "nothing-deployed";
  const isFiring = group.alerts.some(({ status }) => status === "firing");
  await write(ports, place, sha, group, rule.anomaly);
  const occasion = { sha, source: sourceOf(rule), hint: {}, isFailure: isFiring, order: null };
  await Promise.all(branches.map((branch) => ports.looks.ask({ ...place, branch }, occasion).standing));
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

/**
 * Alertmanager repeats itself; the same episode is written once. A group fires as long as one of its alerts does, however
 * many are over.
 */
async function write(
  ports: AnomalyPorts,
  { installation, repo }: Place,
  sha: Sha,
  { key, alerts }: Group,
  name: string,
): Promise<void> {
  const { github, appId } = ports;
  const firing = alerts.filter(({ status }) => status === "firing");
  const [alert] = (firing.length > 0 ? firing : alerts).toSorted((a, b) => a.startsAt.localeCompare(b.startsAt));
  if (alert === undefined) return;
  const id = alertId(sha256(key).slice(0, 16), sha256(`${alert.startsAt} ${alert.status}`).slice(0, 16));
  const check = anomalyCheck(name);
  const written = await ownCheckRuns(github.reader(installation), repo, sha, appId, check);
  if (written.some((run) => run.external_id === id)) return;
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
