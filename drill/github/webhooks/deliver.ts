import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppRecord, Delivery, Installation, Repository } from "../records.ts";
import { type State, track } from "../state.ts";

/** Makes one delivery and remembers it. It must never try again by itself: GitHub does not. */

/** GitHub gives up after ten seconds. */
const TIMEOUT_MS = 10_000;

type Parcel = {
  readonly installation: Pick<Installation, "id" | "app">;
  readonly event: string;
  readonly guid: string;
  readonly repo: Pick<Repository, "id"> | null;
  readonly payload: Record<string, unknown>;
  readonly redelivery: boolean;
};

/** How long a delivery that is to come late waits for the one it comes after. */
const REORDER_MS = 500;

/** On the way to the App, where a delivery may meet faults. */
export async function post(state: State, parcel: Parcel): Promise<void> {
  const { webhooks } = state.faults;
  const happens = (kind: "drop" | "duplicate" | "reorder" | "badSignature") => {
    if (webhooks[kind] <= 0) return false;
    webhooks[kind] -= 1;
    return true;
  };
  if (webhooks.delayMs > 0) await sleep(webhooks.delayMs);
  if (happens("drop")) return;
  if (happens("reorder")) await nextDelivery(state, parcel.installation.app);
  const forged = happens("badSignature");
  await deliver(state, parcel, forged);
  if (happens("duplicate")) await deliver(state, parcel, forged);
}

async function nextDelivery(state: State, app: AppRecord): Promise<void> {
  const count = () => state.deliveries.filter((delivery) => delivery.app === app).length;
  const before = count();
  for (let waited = 0; waited < REORDER_MS && count() === before; waited += 10) await sleep(10);
}

async function deliver(state: State, parcel: Parcel, forged = false): Promise<void> {
  const { installation, event, guid, repo, payload, redelivery } = parcel;
  const { app } = installation;
  if (!app.webhook) return;
  const body = JSON.stringify(payload);
  const secret = forged ? `not ${app.webhook.secret}` : app.webhook.secret;
  const headers = headersFor(app, secret, event, guid, body);
  const started = state.now();
  const answer = await fetch(app.webhook.url, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    async (response) => ({
      code: response.status,
      status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
      headers: Object.fromEntries(response.headers),
      body: (await response.text()).slice(0, 25_000),
    }),
    (error: unknown) => ({
      code: 0,
      status: error instanceof Error && error.name === "TimeoutError" ? "timed out" : "failed to connect to host",
      headers: {},
      body: "",
    }),
  );
  const { action } = payload;
  state.deliveries.unshift({
    id: state.nextId(),
    guid,
    app,
    deliveredAt: new Date(started).toISOString(),
    redelivery,
    duration: (state.now() - started) / 1000,
    status: answer.status,
    statusCode: answer.code,
    event,
    action: typeof action === "string" ? action : null,
    installationId: installation.id,
    repositoryId: repo?.id ?? null,
    request: { headers, payload },
    response: { headers: answer.headers, body: answer.body },
  });
}

function headersFor(app: AppRecord, secret: string, event: string, guid: string, body: string) {
  const sign = (algorithm: string) => createHmac(algorithm, secret).update(body).digest("hex");
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/044aadd",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-github-hook-id": String(app.id),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature": `sha1=${sign("sha1")}`,
    "x-hub-signature-256": `sha256=${sign("sha256")}`,
  };
}

/** As the button "Redeliver" does: the same GUID, a new attempt. */
export function redeliver(state: State, delivery: Delivery): void {
  const installation = { id: delivery.installationId ?? 0, app: delivery.app };
  const repo = delivery.repositoryId === null ? null : { id: delivery.repositoryId };
  const { event, guid } = delivery;
  track(
    state,
    deliver(state, { installation, event, guid, repo, payload: delivery.request.payload, redelivery: true }),
  );
}
