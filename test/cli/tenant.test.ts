import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MANAGEMENT_SCOPES } from "../../drill/auth0/management/management.ts";
import { freePort } from "../../drill/story/ports.ts";
import { connectCommand } from "../../src/cli/connect.ts";
import type { Check } from "../../src/cli/doctor/check.ts";
import { doctorCommand } from "../../src/cli/doctor.ts";
import { setupCommand } from "../../src/cli/setup.ts";
import { AUDIENCE, PRIVATE_KEY, PUBLIC_KEY, type SampleTenant, startSampleTenant } from "../standins/sample-tenant.ts";

let tenant: SampleTenant;
let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "sentinel-cli-"));
});
afterEach(async () => {
  await tenant.auth0.close();
  rmSync(dir, { recursive: true, force: true });
});

function env(more: Record<string, string> = {}): Record<string, string> {
  return {
    SENTINEL_AUTH0_DOMAIN: tenant.auth0.domain,
    SENTINEL_AUTH0_AUDIENCE: AUDIENCE,
    SENTINEL_AUTH0_CLIENT_ID: "asks",
    SENTINEL_AUTH0_VAULT_CLIENT_ID: "vault",
    SENTINEL_AUTH0_PRIVATE_KEY: PRIVATE_KEY,
    AUTH0_MANAGEMENT_CLIENT_ID: "admin",
    ...more,
  };
}

function policyFor(...users: string[]): string {
  const people = users.map(
    (user, i) => `  - { github: ${user}, id: ${i + 1}, auth0: "auth0|${user}", approves: [sev2] }\n`,
  );
  const file = join(dir, "policy.yml");
  writeFileSync(file, `version: 1\nsignals:\n  - deployment: production\npeople:\n${people.join("")}`);
  return file;
}

async function run(command: typeof doctorCommand, args: readonly string[], settings = env()) {
  let text = "";
  const write = (chunk: string): boolean => {
    text += chunk;
    return true;
  };
  const code = await command(args, { write }, settings);
  return { code, text };
}

async function doctor(policy: string, settings = env()): Promise<ReadonlyMap<string, Check>> {
  const { text } = await run(doctorCommand, ["--json", "--policy", policy], settings);
  return new Map((JSON.parse(text) as Check[]).map((each) => [each.id, each]));
}

describe("sentinel doctor, on a tenant", () => {
  test("finds nothing wrong where all is right", async () => {
    tenant = await startSampleTenant();
    const { code, text } = await run(doctorCommand, ["--policy", policyFor("lead")]);
    expect(text).not.toContain("WRONG");
    expect(code).toBe(0);
  });

  test("names what each approver lacks, with the cure", async () => {
    tenant = await startSampleTenant();
    const checks = await doctor(policyFor("half", "junior", "nobody"));
    expect(checks.get("approver-half-enrolled")).toMatchObject({ state: "wrong", says: "Guardian enrolment: pending" });
    expect(checks.get("approver-half-connected")).toMatchObject({
      state: "wrong",
      cure: expect.stringContaining("sentinel connect"),
    });
    expect(checks.get("approver-junior-permissions")).toMatchObject({ state: "wrong", says: "lacks rollback:sev2" });
    expect(checks.get("approver-nobody")).toMatchObject({ state: "wrong" });
  });

  test("tells a key that Auth0 does not take from everything else", async () => {
    tenant = await startSampleTenant();
    const checks = await doctor(policyFor("lead"), env({ SENTINEL_AUTH0_CLIENT_ID: "asks-by-secret" }));
    expect(checks.get("auth0-client-authentication")).toMatchObject({ state: "wrong" });
    expect(checks.get("auth0-discovery")).toMatchObject({ state: "right" });
  });

  test("finds a vault client of another API, a missing details type and an MFA policy that breaks the vault", async () => {
    tenant = await startSampleTenant({
      mfaPolicy: "always",
      apis: [{ audience: AUDIENCE, permissions: ["rollback:sev2"], authorizationDetailsTypes: [] }],
    });
    const checks = await doctor(policyFor("lead"), env({ SENTINEL_AUTH0_VAULT_CLIENT_ID: "vault-of-another" }));
    for (const id of ["auth0-vault-client-link", "auth0-details-type", "auth0-api-scopes", "auth0-mfa-policy"])
      expect(checks.get(id), id).toMatchObject({ state: "wrong" });
  });
});

/** A tenant of which nothing is set up. */
const FRESH = {
  SENTINEL_AUTH0_AUDIENCE: "https://fresh.example/api",
  SENTINEL_AUTH0_CLIENT_ID: "",
  SENTINEL_AUTH0_VAULT_CLIENT_ID: "",
};

describe("sentinel setup auth0", () => {
  test("says first what it will do, does it, and finds nothing to do the second time", async () => {
    tenant = await startSampleTenant();
    const args = ["auth0", "--yes", "--policy", policyFor("lead")];
    const first = await run(setupCommand, args, env(FRESH));
    expect(first.code).toBe(0);
    expect(first.text.indexOf("this will:")).toBeLessThan(first.text.indexOf("done:"));
    const second = await run(setupCommand, args, env(FRESH));
    expect(second.text).toContain("nothing to do");

    const ids = [...first.text.matchAll(/gh variable set (\S+) --body (\S+)/g)].map(([, name = "", id = ""]) => [
      name,
      id,
    ]);
    const checks = await doctor(policyFor("lead"), env({ ...FRESH, ...Object.fromEntries(ids) }));
    expect([...checks.values()].filter(({ state }) => state === "wrong")).toEqual([]);
  });

  test("activates the My Account API where nobody did, and lets its client connect accounts", async () => {
    tenant = await startSampleTenant({
      clients: [{ id: "admin", publicKeyPem: PUBLIC_KEY, kind: "management", scopes: MANAGEMENT_SCOPES }],
    });
    const args = ["auth0", "--yes"];
    const { code, text } = await run(setupCommand, args, env(FRESH));
    expect(text).toContain("done: activate Auth0's My Account API");
    expect(text).toContain("done: let that client connect accounts");
    expect(code).toBe(0);
    expect((await run(setupCommand, args, env(FRESH))).text).toContain("nothing to do");
    const checks = await doctor(policyFor("lead"), env(FRESH));
    expect(checks.get("auth0-my-account")).toMatchObject({ state: "right" });
  });
});

test("a setup that Auth0 ends half way says why, loses no client, and the next one goes on from there", async () => {
  const scopes = MANAGEMENT_SCOPES.filter((scope) => scope !== "create:client_grants");
  const managing = { publicKeyPem: PUBLIC_KEY, kind: "management" } as const;
  tenant = await startSampleTenant({
    clients: [
      { id: "half", ...managing, scopes },
      { id: "admin", ...managing, scopes: MANAGEMENT_SCOPES },
    ],
  });
  const first = await run(setupCommand, ["auth0", "--yes"], env({ ...FRESH, AUTH0_MANAGEMENT_CLIENT_ID: "half" }));
  expect(first.code).toBe(1);
  expect(first.text).toMatch(
    /not done: let that client connect accounts.*\n.* answered 403: .*\n→ .*AUTH0_MANAGEMENT_CLIENT_ID/,
  );
  const ids = first.text.match(/gh variable set .*/g);
  expect(ids).toHaveLength(3);
  const second = await run(setupCommand, ["auth0", "--yes"], env(FRESH));
  expect(second.code).toBe(0);
  expect(second.text).not.toContain("done: create");
  expect(second.text.match(/gh variable set .*/g)).toEqual(ids);
});

describe("settings of the tenant that are wrong", () => {
  const WITH_TOKEN = { AUTH0_MANAGEMENT_TOKEN: "not a token of this tenant" };
  const WITHOUT_KEY = { AUTH0_MANAGEMENT_CLIENT_ID: "nobody" };
  const ELSEWHERE = { SENTINEL_AUTH0_DOMAIN: "localhost:1" };

  test.each([
    ["a token that Auth0 does not take", WITH_TOKEN, "AUTH0_MANAGEMENT_TOKEN"],
    ["a client that Auth0 does not know", WITHOUT_KEY, "AUTH0_MANAGEMENT_CLIENT_ID"],
    ["a tenant that does not answer", ELSEWHERE, "SENTINEL_AUTH0_DOMAIN"],
  ])("%s is one finding of the doctor and the end of setup, with its setting", async (_, settings, name) => {
    tenant = await startSampleTenant();
    const found = (await doctor(policyFor("lead"), env(settings))).get("auth0");
    expect(found).toMatchObject({ state: "wrong", cure: expect.stringContaining(name) });
    const { code, text } = await run(setupCommand, ["auth0", "--yes"], env(settings));
    expect(code).toBe(1);
    expect(text).toContain(name);
  });

  test("a domain with its scheme is named before anybody is asked", async () => {
    tenant = await startSampleTenant();
    const settings = env({ SENTINEL_AUTH0_DOMAIN: `https://${tenant.auth0.domain}/` });
    for (const command of [doctorCommand, setupCommand, connectCommand])
      await expect(run(command, command === setupCommand ? ["auth0"] : [], settings)).rejects.toThrow(
        "SENTINEL_AUTH0_DOMAIN: wants the domain alone",
      );
  });

  test("a policy that cannot be used sets nothing up", async () => {
    tenant = await startSampleTenant();
    const file = join(dir, "broken.yml");
    writeFileSync(file, "version: 1\npeople: []\n");
    const { code, text } = await run(setupCommand, ["auth0", "--yes", "--policy", file], env(FRESH));
    expect(code).toBe(2);
    expect(text).toContain("people: ");
    expect((await run(setupCommand, ["auth0", "--yes"], env(FRESH))).text).toContain("create the API");
  });

  test("asked for help, setup helps and does nothing, whatever else it was told", async () => {
    tenant = await startSampleTenant();
    for (const args of [
      ["auth0", "--yes", "--help"],
      ["github", "--repo", "acme/shop", "--yes", "--help"],
    ]) {
      const { code, text } = await run(setupCommand, args, env(FRESH));
      expect(code).toBe(0);
      expect(text).toMatch(/^usage: sentinel setup/);
    }
    expect((await run(setupCommand, ["auth0", "--yes"], env(FRESH))).text).toContain("create the API");
  });
});

describe("sentinel connect", () => {
  test("walks an approver through their browser once", async () => {
    const port = await freePort();
    tenant = await startSampleTenant({ providers: { github: ({ id }) => `ghu_of_${id}` } }, port);
    const settings = env({ SENTINEL_AUTH0_CONNECT_CLIENT_ID: "connect" });
    let text = "";
    let browsed: Promise<void> = Promise.resolve();
    const out = {
      write: (chunk: string) => {
        text += chunk;
        const url = /https:\/\/\S+authorize\S+/.exec(chunk)?.[0];
        if (url) browsed = browse(url, "auth0|junior");
        return true;
      },
    };
    const code = await connectCommand(["--port", String(port)], out, settings);
    await browsed;
    expect(text).toContain("Connected: github");
    expect(code).toBe(0);
    const checks = await doctor(policyFor("junior"));
    expect(checks.get("approver-junior-connected")).toMatchObject({ state: "right" });
  });
});

/** A person's browser: cookies, redirects, and the two forms of the tenant. */
async function browse(start: string, user: string): Promise<void> {
  const cookies = new Map<string, string>();
  const visit = async (url: URL, form?: URLSearchParams): Promise<{ readonly url: URL; readonly text: string }> => {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { accept: "text/html", cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { method: "POST", body: form } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    return location ? visit(new URL(location, url)) : { url, text: await response.text() };
  };
  const login = await visit(new URL(start));
  const consent = await visit(login.url, new URLSearchParams({ user }));
  const ticket = consent.url.searchParams.get("ticket") ?? "";
  await visit(new URL(consent.url.origin + consent.url.pathname), new URLSearchParams({ ticket }));
}
