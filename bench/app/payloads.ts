import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { type LightRepo, OWNER, repositoryShape } from "./light-github.ts";
import { SECRET } from "./server-process.ts";

/** Signed webhooks of about the size GitHub sends (11 KB), and a client that keeps its connections. */
export type Signed = { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> };

export const POLICY = JSON.stringify({
  version: 1,
  signals: [{ deployment: "production" }, { check: "test" }],
  people: [{ github: "lead", id: 700, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
});

/** Makes a payload as long as GitHub's, whose repository alone has a hundred URLs. */
const LINKS = Object.fromEntries(
  Array.from({ length: 90 }, (_, at) => [
    `link_${at}_url`,
    `https://api.github.example/repos/${OWNER}/shop/some/long/path/of/kind-${at}{/placeholder}`,
  ]),
);

function base(repo: LightRepo) {
  return {
    installation: { id: repo.installation, node_id: "MDIz" },
    repository: { ...repositoryShape(repo), ...LINKS },
    organization: { login: OWNER, id: 1 },
    sender: { login: "github-actions[bot]", type: "Bot", id: 41898282 },
  };
}

export function sign(event: string, payload: unknown, guid: string = randomUUID(), secret = SECRET): Signed {
  const body = Buffer.from(JSON.stringify(payload));
  return {
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-delivery": guid,
      "x-github-event": event,
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    },
  };
}

export function deploymentStatus(repo: LightRepo, deployment: number, sha: string, state: string, status: number) {
  return {
    action: "created",
    deployment_status: { id: status, state, environment: "production", description: "said by the deployer" },
    deployment: { id: deployment, sha, ref: "main", environment: "production" },
    ...base(repo),
  };
}

export function checkRun(repo: LightRepo, id: number, name: string, conclusion: string, sha: string, branch = "main") {
  return {
    action: "completed",
    check_run: {
      id,
      name,
      head_sha: sha,
      status: "completed",
      conclusion,
      completed_at: "2026-11-23T08:00:00Z",
      details_url: `https://github.example/${OWNER}/shop/actions/runs/1/job/2`,
      app: { id: 15368, slug: "github-actions" },
      check_suite: { id: 1, head_branch: branch },
      ...LINKS,
    },
    ...base(repo),
  };
}

export function checkSuite(repo: LightRepo, id: number, conclusion: string, slug: string) {
  const app = { id: slug === "github-actions" ? 15368 : 99, slug };
  const check_suite = { id, head_sha: repo.head, head_branch: "main", status: "completed", conclusion, app, ...LINKS };
  return { action: "completed", check_suite, ...base(repo) };
}

export function other(repo: LightRepo, at: number) {
  return { action: "opened", number: at, pull_request: { id: at, ...LINKS }, ...base(repo) };
}

export function createSender(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (url: string, { body, headers }: Signed): Promise<{ readonly status: number; readonly ms: number }> =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        const outgoing = request(`${url}/api/github/webhooks`, { method: "POST", agent, headers }, (response) => {
          response.resume();
          response.on("end", () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - start }));
        });
        outgoing.on("error", reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
