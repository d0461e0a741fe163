import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createContract, githubContract } from "../../drill/github/contract/contract.ts";
import { DEFECTS } from "../../drill/github/contract/defects.ts";
import { warm } from "../../drill/github/contract/warm.ts";
import { ROUTES } from "../../drill/github/routes.ts";
import { AT, type GitHubWorld, githubWorld, holdMain, installationToken, octokit, refusal } from "./github-world.ts";

let world: GitHubWorld;
beforeEach(async () => {
  world = await githubWorld();
});
afterEach(async () => {
  world.github.forgetProblems();
  await world.close();
});

const SLICE = new URL("../../drill/github/openapi.slice.json", import.meta.url);

const HOLD = {
  name: "hold",
  enforcement: "active",
  conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
  rules: [{ type: "update" }],
};

const QUEUE = {
  check_response_timeout_minutes: 60,
  grouping_strategy: "ALLGREEN",
  max_entries_to_build: 5,
  max_entries_to_merge: 5,
  merge_method: "MERGE",
  min_entries_to_merge: 1,
  min_entries_to_merge_wait_minutes: 5,
};

async function post(
  path: string,
  token: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${world.github.apiUrl}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "user-agent": "test",
      accept: "application/json",
      "content-type": "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("a caller that is wrong in one place fails the test that ran it", () => {
  test("a misspelt field", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const answer = await post("/repos/acme/shop/rulesets", admin, { ...HOLD, bypas_actors: [] });
    expect(answer.status).toBe(422);
    expect(world.github.state.rulesets(world.repo)).toEqual([]);
    await expect(world.github.idle()).rejects.toThrow("unknown field bypas_actors");
  });

  test("a value of the wrong type, deep inside", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const bypass_actors = [{ actor_type: "User", actor_id: "lead" }];
    expect((await post("/repos/acme/shop/rulesets", admin, { ...HOLD, bypass_actors })).status).toBe(422);
    await expect(world.github.idle()).rejects.toThrow("/bypass_actors/0/actor_id must be");
  });

  test("a misspelt field deep inside", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const conditions = { ref_name: { include: ["refs/heads/main"], exclude: [], exlude: [] } };
    expect((await post("/repos/acme/shop/rulesets", admin, { ...HOLD, conditions })).status).toBe(422);
    await expect(world.github.idle()).rejects.toThrow("unknown field conditions.ref_name.exlude");
  });

  test("a permission that no App can be granted", () => {
    const seed = { slug: "odd", name: "Odd", permissions: { deployment: "read" }, events: [] } as const;
    expect(() => world.github.addApp(seed)).toThrow("no App can be granted deployment");
  });

  test("a misspelt query parameter", async () => {
    const checks = octokit(world, await installationToken(world, { checks: "read" }));
    const asked = checks.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ...AT,
      ref: "main",
      ...{ chek_name: "Sentinel" },
    });
    expect(await refusal(asked)).toMatchObject({ status: 422 });
    await expect(world.github.idle()).rejects.toThrow("unknown query parameter chek_name");
  });

  test("a permission that is missing", async () => {
    const reader = await installationToken(world, { administration: "read" });
    const answer = await post("/repos/acme/shop/rulesets", reader, HOLD);
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-accepted-github-permissions")).toBe("administration=write");
  });

  test("a media type that GitHub does not speak", async () => {
    const admin = await installationToken(world, { administration: "write" });
    expect((await post("/repos/acme/shop/rulesets", admin, HOLD, { accept: "text/html" })).status).toBe(415);
  });

  test("a body said to be something else than JSON", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const wrong = { "content-type": "text/plain" };
    expect((await post("/repos/acme/shop/rulesets", admin, HOLD, wrong)).status).toBe(415);
  });

  test("an API version that does not exist", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const answer = await post("/repos/acme/shop/rulesets", admin, HOLD, { "x-github-api-version": "2021-01-01" });
    expect(answer.status).toBe(400);
  });

  test("a token that was revoked", async () => {
    const admin = await installationToken(world, { administration: "write" });
    await octokit(world, admin).request("DELETE /installation/token");
    expect((await post("/repos/acme/shop/rulesets", admin, HOLD)).status).toBe(401);
  });

  test("a body that is not JSON", async () => {
    const admin = await installationToken(world, { administration: "write" });
    expect((await post("/repos/acme/shop/rulesets", admin, "{")).status).toBe(400);
  });

  test("somebody to let through of whom the stand-in cannot tell who it is", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const bypass_actors = [{ actor_type: "Team", actor_id: 1, bypass_mode: "always" }];
    expect((await post("/repos/acme/shop/rulesets", admin, { ...HOLD, bypass_actors })).status).toBe(501);
  });

  test("an operation that the stand-in cannot enforce", async () => {
    const admin = await installationToken(world, { administration: "write" });
    const rules = [{ type: "merge_queue", parameters: QUEUE }];
    expect((await post("/repos/acme/shop/rulesets", admin, { ...HOLD, rules })).status).toBe(501);
    await expect(world.github.idle()).rejects.toThrow("cannot enforce the rule merge_queue");
  });
});

describe("the description itself", () => {
  test("catches an answer of ours that lacks a field or invents one", () => {
    const contract = githubContract();
    const token = { token: "ghs_x", expires_at: "2026-01-01T00:00:00Z" };
    const minted = "POST /app/installations/{installation_id}/access_tokens";
    expect(contract.response(minted, 201, token)).toEqual([]);
    expect(contract.response(minted, 201, { token: "ghs_x" })).toEqual(["/ must have required property 'expires_at'"]);
    expect(contract.response(minted, 201, { ...token, scope: "all" })).toEqual(["field scope is nowhere described"]);
    expect(contract.response(minted, 200, token)).toEqual(["answered 200, which is not described"]);
  });

  test("catches a webhook of ours that is not GitHub's", () => {
    expect(githubContract().webhook("deployment_status", { action: "created" }).join()).toContain("deployment_status");
    expect(githubContract().webhook("nonsense", {})).toEqual([
      "the webhook nonsense is not in the slice; add it to contract/slice.ts",
    ]);
  });

  test("is cut to exactly the operations the stand-in knows", () => {
    const { operations } = JSON.parse(readFileSync(SLICE, "utf8")) as { readonly operations: object };
    expect(Object.keys(operations)).toEqual(ROUTES.map(({ operation }) => operation).toSorted());
  });

  test("can be compiled ahead, for operations that exist", async () => {
    await expect(warm(githubContract())).resolves.toBeUndefined();
  });

  test("is forgiven only where a reason is written", () => {
    expect(DEFECTS.every(({ why }) => why.length > 20)).toBe(true);
    const empty = createContract({ operations: {}, schemas: {}, webhooks: {}, webhookSchemas: {} });
    expect(() => empty.request("GET /user", new URLSearchParams(), undefined)).toThrow("not in the slice");
  });
});

test("a caller that dies in the middle of a request is nobody's mistake", async () => {
  const { port } = new URL(world.github.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    "POST /api/v3/repos/acme/shop/issues HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\nContent-Length: 100\r\n\r\n{",
  );
  await new Promise((done) => setTimeout(done, 50));
  socket.destroy();
  await new Promise((done) => setTimeout(done, 50));
  await world.github.idle();
  expect(world.github.state.issues(world.repo)).toEqual([]);
});

test("a ruleset made as the App makes it passes all of this", async () => {
  await holdMain(world);
  await world.github.idle();
  expect(world.github.state.rulesets(world.repo)).toHaveLength(1);
});
