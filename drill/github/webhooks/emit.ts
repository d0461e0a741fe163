import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { githubContract } from "../contract/contract.ts";
import type { Account, Installation, Repository } from "../records.ts";
import { fullRepositoryShape } from "../rest/repository-shape.ts";
import { nodeId, userShape } from "../rest/shapes.ts";
import { covers, type State, track } from "../state.ts";
import { post } from "./deliver.ts";

/** Tells every App that is installed, listens and may read, what happened. */

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
