import { createHmac, randomUUID } from "node:crypto";
import type { Stage } from "./stage.ts";
import { SECRET } from "./stage.ts";

/** Webhooks as somebody might make them up, signed or not. What they claim need not be true of the stand-in GitHub. */
export type Payload = Readonly<Record<string, unknown>>;

export type Sent = { readonly status: number; readonly text: string };

export async function send(
  url: string,
  event: string,
  payload: Payload | string,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Sent> {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  const given: Record<string, string | undefined> = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": signatureOf(body),
    connection: "close",
    ...headers,
  };
  const set = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const response = await fetch(`${url}/api/github/webhooks`, { method: "POST", body, headers: set });
  return { status: response.status, text: await response.text() };
}

export function signatureOf(body: string, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export function base(stage: Stage, installation: number): Payload {
  const { repo } = stage;
  return {
    action: "completed",
    installation: { id: installation },
    repository: {
      id: repo.id,
      name: repo.name,
      full_name: `${repo.owner}/${repo.name}`,
      html_url: `${stage.github.url}/${repo.owner}/${repo.name}`,
      default_branch: "main",
      owner: { login: repo.owner },
    },
    sender: { login: "dev", type: "User" },
  };
}

export function deploymentStatus(
  from: Payload,
  claim: {
    readonly sha: string;
    readonly deployment: number;
    readonly state?: string;
    readonly environment?: string;
    readonly ref?: string;
    readonly status?: number;
  },
): Payload {
  const environment = claim.environment ?? "production";
  return {
    ...from,
    action: "created",
    deployment_status: {
      id: claim.status ?? Math.floor(Math.random() * 1e9),
      state: claim.state ?? "failure",
      environment,
    },
    deployment: { id: claim.deployment, sha: claim.sha, ref: claim.ref ?? "main", environment },
  };
}

export function checkRun(
  from: Payload,
  claim: Readonly<Record<string, unknown>> & { readonly head_sha: string; readonly branch?: string | null },
): Payload {
  const { branch, ...rest } = claim;
  return {
    ...from,
    check_run: {
      id: Math.floor(Math.random() * 1e9),
      name: "test",
      status: "completed",
      conclusion: "failure",
      completed_at: "2026-11-23T08:00:00Z",
      details_url: null,
      app: { id: 15368, slug: "github-actions" },
      check_suite: { id: 1, head_branch: branch === undefined ? "main" : branch },
      ...rest,
    },
  };
}

export function checkSuite(
  from: Payload,
  claim: Readonly<Record<string, unknown>> & { readonly head_sha: string },
): Payload {
  return {
    ...from,
    check_suite: {
      id: Math.floor(Math.random() * 1e9),
      status: "completed",
      conclusion: "failure",
      head_branch: "main",
      updated_at: "2026-11-23T08:00:00Z",
      app: { id: 15368, slug: "github-actions" },
      pull_requests: [],
      latest_check_runs_count: 1,
      ...claim,
    },
  };
}

export function workflowRun(
  from: Payload,
  claim: Readonly<Record<string, unknown>> & { readonly head_sha: string },
  repoId: number,
): Payload {
  return {
    ...from,
    workflow_run: {
      id: Math.floor(Math.random() * 1e9),
      path: ".github/workflows/deploy.yml",
      event: "push",
      status: "completed",
      conclusion: "failure",
      head_branch: "main",
      run_attempt: 1,
      head_repository: { id: repoId },
      ...claim,
    },
  };
}

export function commented(
  from: Payload,
  claim: {
    readonly action?: string;
    readonly body: string;
    readonly login?: string;
    readonly type?: string;
    readonly issue?: number;
    readonly isPull?: boolean;
  },
): Payload {
  return {
    ...from,
    action: claim.action ?? "created",
    issue: { number: claim.issue ?? 1, ...(claim.isPull ? { pull_request: {} } : {}) },
    comment: {
      id: Math.floor(Math.random() * 1e9),
      body: claim.body,
      user: { login: claim.login ?? "lead", type: claim.type ?? "User" },
    },
  };
}
