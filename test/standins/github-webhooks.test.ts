import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhooks } from "@octokit/webhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AT, appOctokit, type GitHubWorld, githubWorld, holdMain, installationToken, octokit } from "./github-world.ts";

const SECRET = "it is signed";
type Received = {
  readonly event: string;
  readonly guid: string;
  readonly verified: boolean;
  readonly payload: Payload;
};
type Payload = Readonly<Record<string, unknown>> & { readonly action?: string };

let world: GitHubWorld;
let server: Server;
let received: Received[];
let answers: number;
beforeEach(async () => {
  received = [];
  answers = 200;
  const webhooks = new Webhooks({ secret: SECRET });
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    received.push({
      event: String(request.headers["x-github-event"]),
      guid: String(request.headers["x-github-delivery"]),
      verified: await webhooks.verify(body, String(request.headers["x-hub-signature-256"])),
      payload: JSON.parse(body) as Payload,
    });
    response.writeHead(answers).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  world = await githubWorld({ webhook: { url: `http://127.0.0.1:${port}/hooks`, secret: SECRET } });
  received.length = 0;
});
afterEach(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

test("a failed deployment reaches the App, signed, with the deployment and the installation", async () => {
  const { github, repo, first } = world;
  const { id } = github.ci.deployment({ repo, sha: first, ref: "main", environment: "production", creator: "writer" });
  github.ci.deploymentStatus({
    repo,
    deployment: id,
    state: "failure",
    logUrl: `${github.url}/acme/shop/actions/runs/1`,
  });
  await github.idle();
  expect(received).toMatchObject([
    {
      event: "deployment_status",
      verified: true,
      payload: {
        action: "created",
        deployment: { id, sha: first, environment: "production", production_environment: true },
        deployment_status: { state: "failure" },
        repository: { id: repo.id, full_name: "acme/shop" },
        installation: { id: world.installation },
        sender: { login: "writer" },
      },
    },
  ]);
});

test("GitHub sends nothing for an inactive status, and nothing the App does not subscribe to", async () => {
  const { github, repo, first } = world;
  const { id } = github.ci.deployment({ repo, sha: first, ref: "main", environment: "production", creator: "writer" });
  github.ci.deploymentStatus({ repo, deployment: id, state: "inactive" });
  await github.idle();
  expect(received).toEqual([]);
});

test("a ruleset that is made, an issue that is commented and a push are all told", async () => {
  await holdMain(world);
  const issues = octokit(world, await installationToken(world, { issues: "write" }));
  const { data } = await issues.rest.issues.create({ ...AT, title: "Held" });
  world.github.person.comment(world.repo, data.number, "writer", "/sentinel status");
  await world.github.commitFiles(world.repo, "topic", { x: "1" }, "Try", "writer");
  await world.github.idle();
  expect(received.map(({ event, payload }) => [event, payload.action]).sort()).toEqual([
    ["issue_comment", "created"],
    ["issues", "opened"],
    ["push", undefined],
    ["repository_ruleset", "created"],
  ]);
  expect(received.every(({ verified }) => verified)).toBe(true);
});

test("a job that names an environment is a deployment, unless it says that it is none", async () => {
  const { github, repo } = world;
  const job = (more: string) =>
    `{ runs-on: ubuntu-latest, environment: { name: night${more} }, steps: [{ run: "true" }] }`;
  const text = `on: { workflow_dispatch: {} }\npermissions: {}\njobs:\n  quiet: ${job(", deployment: false")}\n  loud: ${job("")}\n`;
  await github.commitFiles(repo, "main", { ".github/workflows/night.yml": text }, "Add", "acme");
  const actions = octokit(world, await installationToken(world, { actions: "write" }));
  await actions.rest.actions.createWorkflowDispatch({ ...AT, workflow_id: "night.yml", ref: "main" });
  await github.idle();
  const told = received.filter(({ event }) => event === "deployment_status").map(({ payload }) => payload);
  expect(told).toMatchObject([
    { deployment: { environment: "night" }, deployment_status: { state: "in_progress" } },
    {
      deployment: { environment: "night" },
      deployment_status: { state: "success" },
      workflow_run: { path: ".github/workflows/night.yml" },
    },
  ]);
});

test("a failed delivery is never tried again by itself, but can be redelivered with the same GUID", async () => {
  answers = 500;
  world.github.person.deleteRuleset(world.repo, await holdMain(world), "acme");
  await world.github.idle();
  expect(received).toHaveLength(2);
  answers = 200;
  const app = appOctokit(world);
  const { data } = await app.request("GET /app/hook/deliveries", { per_page: 1 });
  const [failed] = data;
  expect(failed).toMatchObject({ event: "repository_ruleset", status_code: 500, redelivery: false });
  await app.request("POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: Number(failed?.id) });
  await world.github.idle();
  expect(received).toHaveLength(3);
  expect(received[2]?.guid).toBe(failed?.guid);
});

test("a receiver that is not there leaves a failed delivery behind", async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await holdMain(world);
  await world.github.idle();
  const { data } = await appOctokit(world).request("GET /app/hook/deliveries");
  expect(data[0]).toMatchObject({ status_code: 0, event: "repository_ruleset" });
});
