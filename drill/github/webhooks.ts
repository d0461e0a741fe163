import { createHmac, randomUUID } from "node:crypto";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { githubContract } from "./contract/contract.ts";
import { fullRepositoryShape, nodeId, userShape } from "./shapes.ts";
import {
  type Account,
  type AppRecord,
  covers,
  type Delivery,
  type Installation,
  type Repository,
  type State,
  track,
} from "./state.ts";

/** Tells every installed App what happened, once. It must never try a delivery again by itself: GitHub does not. */

/** GitHub gives up after ten seconds. */
const TIMEOUT_MS = 10_000;

/** Sends `event` to each App that is installed on the repository, subscribes to it and may read it. */
export function emit(
  state: State,
  repo: Repository,
  event: string,
  sender: Account,
  fields: Readonly<Record<string, unknown>>,
): void {
  for (const installation of listeners(state, repo, event)) {
    send(state, installation, event, repo, {
      ...fields,
      repository: fullRepositoryShape(state, repo),
      ...(repo.owner.type === "Organization" ? { organization: organizationShape(state, repo.owner) } : {}),
      sender: userShape(state, sender),
      installation: { id: installation.id, node_id: nodeId("Installation", installation.id) },
    });
  }
}

export function isHeard(state: State, repo: Repository, event: string): boolean {
  return listeners(state, repo, event).length > 0;
}

function listeners(state: State, repo: Repository, event: string): readonly Installation[] {
  return [...state.installations.values()].filter(
    (installation) => installation.app.webhook && installation.app.events.includes(event) && covers(installation, repo),
  );
}

/** `installation` events go to that App whether or not it subscribes. */
export function emitInstallation(
  state: State,
  installation: Installation,
  sender: Account,
  fields: Readonly<Record<string, unknown>>,
): void {
  send(state, installation, "installation", null, { ...fields, sender: userShape(state, sender) });
}

function organizationShape(state: State, owner: Account) {
  const url = `${state.apiUrl}/orgs/${owner.login}`;
  return {
    login: owner.login,
    id: owner.id,
    node_id: nodeId("Organization", owner.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.url}/avatars/u/${owner.id}`,
    description: "",
  };
}

function send(
  state: State,
  installation: Installation,
  event: string,
  repo: Repository | null,
  payload: Record<string, unknown>,
): void {
  if (!installation.app.webhook || state.closing) return;
  // What is sent is what was true when it happened, however late it is sent.
  const frozen = structuredClone(payload);
  const guid = randomUUID();
  track(
    state,
    setImmediate()
      .then(() => post(state, { installation, event, guid, repo, payload: frozen, redelivery: false }))
      .then(() => asDescribed(state, event, frozen)),
  );
}

/** Looked at after it was sent, so that nobody waits for it. */
function asDescribed(state: State, event: string, payload: Readonly<Record<string, unknown>>): void {
  for (const fault of githubContract().webhook(event, payload))
    state.problems.push(`the stand-in sends the webhook ${event} as GitHub does not: ${fault}`);
}

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
async function post(state: State, parcel: Parcel): Promise<void> {
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
      status: response.ok ? "OK" : response.statusText || `Invalid HTTP Response: ${response.status}`,
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

export function installationShape(state: State, installation: Installation) {
  const { app, account } = installation;
  return {
    id: installation.id,
    client_id: app.clientId,
    account: userShape(state, account),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${state.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${state.apiUrl}/installation/repositories`,
    html_url: `${state.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...app.permissions, metadata: "read" },
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
