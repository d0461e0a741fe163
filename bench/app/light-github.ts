import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/**
 * The few answers of GitHub that the App needs, from memory and at a fixed latency, so that what is measured is the App and
 * not a stand-in at work. It keeps rulesets, issues and check runs as GitHub does, and refuses a ruleset's name twice.
 */
export type LightGitHub = {
  readonly url: string;
  readonly calls: readonly Call[];
  readonly connections: number;
  repo(index: number): LightRepo;
  clearCalls(): void;
  close(): Promise<void>;
};

export type Call = {
  readonly method: string;
  readonly path: string;
  readonly repo: string | null;
  /** `performance.now()` when it came and when it was answered. */
  readonly at: number;
  readonly answeredAt: number;
  readonly isNewConnection: boolean;
};

export type LightRepo = {
  readonly id: number;
  readonly installation: number;
  readonly name: string;
  head: string;
  deployments: { readonly id: number; readonly sha: string; readonly state: string }[];
  readonly rulesets: { id: number; name: string; [key: string]: unknown }[];
  readonly issues: { number: number; state: string; body: string; [key: string]: unknown }[];
  readonly checks: { id: number; head_sha: string; name: string; [key: string]: unknown }[];
  readonly runs: { id: number; title: string }[];
};

export const OWNER = "acme";
export const APP = { id: 4242, slug: "sentinel" };

export async function startLightGitHub(options: {
  readonly repos: number;
  readonly latencyMs: number;
  readonly policy: string;
  /** Nobody says for sure whether GitHub refuses a second ruleset of the same name. Default: it does. */
  readonly takesNamesTwice?: boolean;
  /** Every hold of a repository but its first is made when the first has its incident's number, and so another name. */
  readonly holdsLate?: boolean;
}): Promise<LightGitHub> {
  const repos = Array.from(
    { length: options.repos },
    (_, at): LightRepo => ({
      id: 1000 + at,
      installation: 1 + at,
      name: `shop-${at}`,
      head: shaOf(at, 0),
      deployments: [{ id: 10, sha: shaOf(at, 0), state: "success" }],
      rulesets: [],
      issues: [],
      checks: [],
      runs: [],
    }),
  );
  const calls: Call[] = [];
  const seen = new WeakSet<object>();
  let connections = 0;
  let lastId = 5000;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const begun = new Set<string>();
  const firstIsNamed = async ({ method, url }: IncomingMessage) => {
    const name = /^\/repos\/[^/]+\/([^/]+)\/rulesets$/.exec(url ?? "")?.[1];
    if (method !== "POST" || name === undefined) return;
    const isFirst = !begun.has(name);
    begun.add(name);
    const isNamed = () => repos.find((repo) => repo.name === name)?.rulesets.some((one) => one.name.includes("#"));
    while (!isFirst && !isNamed()) await delay(2);
  };

  const server = createServer((request, response) => {
    const at = performance.now();
    const isNewConnection = !seen.has(request.socket);
    if (isNewConnection) connections += 1;
    seen.add(request.socket);
    void body(request).then(async (sent) => {
      if (options.holdsLate) await firstIsNamed(request);
      const finish = () => {
        const { repo, status, data } = answer(repos, request, sent, nextId, options);
        const method = request.method ?? "";
        calls.push({ method, path: request.url ?? "", repo, at, answeredAt: performance.now(), isNewConnection });
        reply(response, status, data);
      };
      if (options.latencyMs === 0) finish();
      else setTimeout(finish, Math.max(0, options.latencyMs - (performance.now() - at)));
    });
  });
  // GitHub names no time after which it closes an idle connection.
  server.keepAliveTimeout = 0;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get connections() {
      return connections;
    },
    repo: (index) => {
      const repo = repos[index];
      if (!repo) throw new Error(`there is no repository ${index}`);
      return repo;
    },
    clearCalls: () => {
      calls.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export function shaOf(repo: number, revision: number): string {
  return `${repo.toString(16).padStart(4, "0")}${revision.toString(16).padStart(8, "0")}`.padEnd(40, "a");
}

type Options = { readonly policy: string; readonly takesNamesTwice?: boolean };
type Answer = { readonly repo: string | null; readonly status: number; readonly data: unknown };
type Sent = Readonly<Record<string, unknown>>;

function answer(
  repos: readonly LightRepo[],
  request: IncomingMessage,
  sent: Sent,
  nextId: () => number,
  options: Options,
): Answer {
  const url = new URL(request.url ?? "/", "http://light");
  const method = request.method ?? "GET";
  const parts = url.pathname.split("/").slice(1);
  if (parts[0] === "app") return { repo: null, ...asApp(repos, method, parts) };
  if (parts[0] === "installation") {
    const token = /light-(\d+)/.exec(request.headers.authorization ?? "")?.[1];
    const mine = repos.filter((repo) => String(repo.installation) === token);
    return method === "DELETE"
      ? { repo: null, status: 204, data: null }
      : { repo: null, status: 200, data: { total_count: mine.length, repositories: mine.map(repositoryShape) } };
  }
  const repo = repos.find(({ name }) => name === parts[2]);
  if (!repo) return { repo: null, status: 404, data: { message: "Not Found" } };
  return { repo: repo.name, ...onRepo(repo, method, parts.slice(3), url, sent, nextId, options) };
}

type Said = Omit<Answer, "repo">;
const ok = (data: unknown): Said => ({ status: 200, data });
const created = (data: unknown): Said => ({ status: 201, data });
const missing: Said = { status: 404, data: { message: "Not Found" } };

function asApp(repos: readonly LightRepo[], method: string, parts: readonly string[]): Said {
  if (parts.at(-1) === "access_tokens") {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return created({ token: `ghs_light-${parts[2]}`, expires_at });
  }
  if (parts[1] === "installations") return ok(repos.map(({ installation }) => ({ id: installation })));
  if (parts[1] === "hook") return ok([]);
  return method === "GET" ? ok({ id: APP.id, slug: APP.slug }) : missing;
}

function onRepo(
  repo: LightRepo,
  method: string,
  parts: readonly string[],
  url: URL,
  sent: Sent,
  nextId: () => number,
  { policy, takesNamesTwice }: Options,
): Said {
  const route = `${method} ${parts[0] ?? ""}`;
  const id = Number(parts[1]);
  switch (route) {
    case "GET git":
      return ok({ ref: "refs/heads/main", object: { sha: repo.head, type: "commit" } });
    case "GET contents":
      return ok({ encoding: "base64", content: Buffer.from(policy).toString("base64") });
    case "GET rulesets":
      if (parts[1] === "rule-suites") return ok([]);
      return Number.isNaN(id) ? ok(repo.rulesets) : (found(repo.rulesets, id) ?? missing);
    case "POST rulesets": {
      if (!takesNamesTwice && repo.rulesets.some(({ name }) => name === sent.name))
        return { status: 422, data: { message: "Validation Failed", errors: ["Name must be unique"] } };
      const ruleset = { ...sent, id: nextId(), name: String(sent.name), created_at: new Date().toISOString() };
      repo.rulesets.push(ruleset);
      return created(ruleset);
    }
    case "PUT rulesets": {
      const ruleset = repo.rulesets.find((one) => one.id === id);
      return ruleset ? ok(Object.assign(ruleset, sent)) : missing;
    }
    case "DELETE rulesets": {
      const at = repo.rulesets.findIndex((one) => one.id === id);
      if (at < 0) return missing;
      repo.rulesets.splice(at, 1);
      return { status: 204, data: null };
    }
    case "GET issues":
      // What is over has no time here, so it never counts against the holds of a day.
      if (url.searchParams.get("state") === "closed") return ok([]);
      // Whatever the App opens here is an incident.
      if (url.searchParams.get("labels")?.endsWith(":incident") === false) return ok([]);
      if (Number.isNaN(id)) return ok(repo.issues.filter(({ state }) => state === "open"));
      return parts[2] === "comments" ? ok([]) : ok(repo.issues.find(({ number }) => number === id));
    case "POST issues": {
      if (parts[2] === "comments") return created({ id: nextId() });
      if (parts[2] === "assignees") return created({ number: id, assignees: [] });
      const issue = {
        number: repo.issues.length + 1,
        state: "open",
        title: String(sent.title),
        body: String(sent.body),
        user: { login: `${APP.slug}[bot]`, type: "Bot" },
      };
      repo.issues.push(issue);
      return created(issue);
    }
    case "PATCH issues": {
      const issue = repo.issues.find(({ number }) => number === id);
      return issue ? ok(Object.assign(issue, sent)) : missing;
    }
    case "GET commits": {
      if (parts[1] === undefined) return ok([]);
      const name = url.searchParams.get("check_name");
      const runs = repo.checks.filter((run) => run.head_sha === parts[1] && run.name === name);
      return ok({ total_count: runs.length, check_runs: runs });
    }
    case "POST check-runs": {
      const run = {
        conclusion: null,
        ...sent,
        id: nextId(),
        app: APP,
        head_sha: String(sent.head_sha),
        name: String(sent.name),
      };
      repo.checks.push(run);
      return created(run);
    }
    case "PATCH check-runs": {
      const run = repo.checks.find((one) => one.id === id);
      return run ? ok(Object.assign(run, sent)) : missing;
    }
    case "GET check-runs":
      return ok([]);
    case "GET deployments": {
      const creator = { login: "github-actions[bot]", type: "Bot" };
      const at = "2026-11-23T08:00:00Z";
      if (Number.isNaN(id))
        return ok(
          repo.deployments.toReversed().map((one) => ({ ...one, environment: "production", created_at: at, creator })),
        );
      const one = repo.deployments.find((deployment) => deployment.id === id);
      return one ? ok([{ id: one.id, state: one.state, created_at: at, creator }]) : missing;
    }
    case "GET rules":
      return ok([{ type: "update" }]);
    case "GET branches":
      return ok({ name: parts[1], protected: true });
    case "GET environments":
      return ok({ total_count: 1, branch_policies: [{ name: "sentinel" }] });
    case "GET compare":
      return ok({ status: "ahead", files: [{ filename: "src/shop.ts" }] });
    case "POST actions": {
      const inputs = sent.inputs as { readonly incident: string };
      const run = { id: nextId(), title: `sentinel incident ${inputs.incident}` };
      repo.runs.push(run);
      return ok({ workflow_run_id: run.id, run_url: "", html_url: `http://light/runs/${run.id}` });
    }
    case "GET actions": {
      if (parts[1] === "workflows") return ok({ workflow_runs: repo.runs.map(runShape) });
      if (parts[3] === "jobs") return ok({ jobs: [] });
      const run = repo.runs.find((one) => one.id === Number(parts[2]));
      return run ? ok(runShape(run)) : missing;
    }
    default:
      return missing;
  }
}

function found(rulesets: LightRepo["rulesets"], id: number): Said | null {
  const ruleset = rulesets.find((one) => one.id === id);
  return ruleset ? ok(ruleset) : null;
}

function runShape({ id, title }: { readonly id: number; readonly title: string }) {
  return {
    id,
    path: ".github/workflows/sentinel.yml",
    event: "workflow_dispatch",
    status: "queued",
    conclusion: null,
    head_sha: "f".repeat(40),
    head_branch: "sentinel",
    run_attempt: 1,
    display_title: title,
    html_url: `http://light/runs/${id}`,
    created_at: "2026-11-23T08:00:00Z",
  };
}

export function repositoryShape({ id, name }: LightRepo) {
  return {
    id,
    name,
    full_name: `${OWNER}/${name}`,
    html_url: `http://light/${OWNER}/${name}`,
    default_branch: "main",
    owner: { login: OWNER },
  };
}

async function body(request: IncomingMessage): Promise<Sent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString("utf8")) as Sent);
}

function reply(response: ServerResponse, status: number, data: unknown): void {
  if (data === null) {
    response.writeHead(status);
    response.end();
    return;
  }
  const text = JSON.stringify(data);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}
