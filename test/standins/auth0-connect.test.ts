import { createHash, randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SampleTenant, startSampleTenant } from "./sample-tenant.ts";

const CALLBACK = "http://127.0.0.1:17171/callback";
const SCOPE = "openid create:me:connected_accounts read:me:connected_accounts delete:me:connected_accounts";

let tenant: SampleTenant;
let browser: Browser;
beforeEach(async () => {
  tenant = await startSampleTenant({ providers: { github: ({ id }) => `ghu_of_${id}` } });
  browser = createBrowser();
});
afterEach(() => tenant.auth0.close());

describe("connecting an account, once, in a browser", () => {
  test("logging in with PKCE gives a token for the My Account API", async () => {
    const claims = decodeJwt(await logIn("auth0|junior"));
    expect(claims).toMatchObject({
      sub: "auth0|junior",
      aud: [`${tenant.auth0.issuer}me/`, `${tenant.auth0.issuer}userinfo`],
      scope: SCOPE,
      azp: "connect",
    });
  });

  test("the person's yes in the browser connects the account, and only then", async () => {
    const token = await logIn("auth0|junior");
    expect((await me(token, "GET", "accounts")).body).toEqual({ accounts: [] });
    const { session, location } = await agreeTo(token);
    expect(location.searchParams.get("state")).toBe("s1");
    const proof = {
      auth_session: session,
      connect_code: location.searchParams.get("connect_code"),
      redirect_uri: CALLBACK,
    };
    expect((await me(token, "POST", "complete", { ...proof, connect_code: "guess" })).status).toBe(400);
    const done = await me(token, "POST", "complete", proof);
    expect(done).toMatchObject({ status: 201, body: { connection: "github", access_type: "offline" } });
    expect((await me(token, "POST", "complete", proof)).status).toBe(400);

    const { accounts } = (await me(token, "GET", "accounts")).body as { accounts: { id: string }[] };
    expect(accounts).toHaveLength(1);
    expect((await me(token, "DELETE", `accounts/${accounts[0]?.id}`)).status).toBe(204);
    expect((await me(token, "GET", "accounts")).body).toEqual({ accounts: [] });
  });

  test("another person's token does not complete it, nor does a foreign callback start it", async () => {
    const token = await logIn("auth0|junior");
    const { session, location } = await agreeTo(token);
    const proof = {
      auth_session: session,
      connect_code: location.searchParams.get("connect_code"),
      redirect_uri: CALLBACK,
    };
    browser = createBrowser();
    expect((await me(await logIn("auth0|other"), "POST", "complete", proof)).status).toBe(400);
    const foreign = { connection: "github", redirect_uri: "https://evil.example/" };
    expect((await me(token, "POST", "connect", foreign)).status).toBe(400);
    expect(
      (await me(token, "POST", "connect", { connection: "github", redirect_uri: CALLBACK, scopes: [] })).status,
    ).toBe(400);
  });

  test("no token, a made-up one and a narrow one are refused", async () => {
    expect((await me("made-up", "GET", "accounts")).status).toBe(401);
    const narrow = await logIn("auth0|junior", "openid read:me:connected_accounts");
    expect((await me(narrow, "POST", "connect", { connection: "github", redirect_uri: CALLBACK })).status).toBe(403);
  });
});

async function logIn(userId: string, scope = SCOPE): Promise<string> {
  const verifier = randomBytes(32).toString("base64url");
  const url = new URL(`${tenant.auth0.issuer}authorize`);
  url.search = new URLSearchParams({
    client_id: "connect",
    response_type: "code",
    redirect_uri: CALLBACK,
    scope,
    audience: `${tenant.auth0.issuer}me/`,
    state: "x",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }).toString();
  const page = await browser(url);
  expect(await page.text()).toContain("Local stand-in");
  const back = await browser(new URL(page.url), new URLSearchParams({ user: userId }));
  const code = new URL(back.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const response = await fetch(`${tenant.auth0.issuer}oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: "connect",
      code,
      code_verifier: verifier,
      redirect_uri: CALLBACK,
    }),
  });
  return String(((await response.json()) as { access_token?: string }).access_token);
}

async function agreeTo(token: string): Promise<{ session: string; location: URL }> {
  const started = await me(token, "POST", "connect", { connection: "github", redirect_uri: CALLBACK, state: "s1" });
  const {
    auth_session: session,
    connect_uri,
    connect_params,
  } = started.body as {
    auth_session: string;
    connect_uri: string;
    connect_params: { ticket: string };
  };
  const page = await browser(new URL(`${connect_uri}?ticket=${connect_params.ticket}`));
  expect(await page.text()).toContain("Connect github?");
  const back = await browser(new URL(connect_uri), new URLSearchParams({ ticket: connect_params.ticket }));
  return { session, location: new URL(back.headers.get("location") ?? "") };
}

async function me(token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${tenant.auth0.issuer}me/v1/connected-accounts/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

type Browser = (url: URL, form?: URLSearchParams) => Promise<Response>;

/** Keeps cookies and follows redirects, as long as they stay on the tenant. */
function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  const visit: Browser = async (url, form) => {
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
    if (!location) return response;
    const next = new URL(location, url);
    return next.host === tenant.auth0.domain ? visit(next) : response;
  };
  return visit;
}
