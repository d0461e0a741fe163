import { existsSync } from "node:fs";
import { get } from "node:http";
import { AuthClient } from "@auth0/auth0-auth-js";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AUDIENCE, PRIVATE_KEY, planDetails, type SampleTenant, startSampleTenant } from "./sample-tenant.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.warn(`NOTICE: no ${CHROMIUM}, so the phone page is not tested in a browser`);

let tenant: SampleTenant;
afterEach(() => tenant.auth0.close());

describe.skipIf(!hasBrowser)("the phone in a browser", () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  beforeEach(async () => {
    tenant = await startSampleTenant();
    context = await browser.newContext({ viewport: { width: 430, height: 900 } });
    page = await context.newPage();
    await page.goto(tenant.auth0.phoneUrl);
  });
  afterEach(() => context.close());
  afterAll(() => browser?.close());

  test("shows what would run, and a passkey approves exactly that", async () => {
    await addAuthenticator(page);
    await page.getByText("Nothing to approve").waitFor();
    const authReqId = await ask();
    await page.getByText("Plan ABCD-EFGH: restore main").waitFor();
    const shown = await page.locator("article").innerText();
    for (const words of ["Sentinel", "Lena Lead", "acme/shop", "9f31c2e8a4b7", "rollback:sev1", "Expires in"])
      expect(shown).toContain(words);
    expect(shown).not.toContain("3f6c8e41");
    expect(await page.getByText("Approve without passkey").count()).toBe(0);

    await page.getByRole("button", { name: "Approve with passkey" }).click();
    await page.getByText("Approved with a passkey").waitFor();
    const tokens = await clientFor().backchannelAuthenticationGrant({ authReqId });
    expect(tokens.authorizationDetails).toEqual(planDetails());
  });

  test("the passkey made at first use approves later requests too", async () => {
    const { device, session } = await addAuthenticator(page);
    for (let count = 0; count < 2; count++) {
      await ask();
      await page.getByRole("button", { name: "Approve with passkey" }).click();
      await expect.poll(() => page.getByText("Approved with a passkey").count()).toBe(count + 1);
    }
    const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId: device });
    expect(credentials).toHaveLength(1);
    expect(credentials[0]?.signCount).toBeGreaterThan(1);
  });

  test("without the passkey's answer nothing is approved", async () => {
    const { device, session } = await addAuthenticator(page);
    await session.send("WebAuthn.setUserVerified", { authenticatorId: device, isUserVerified: false });
    const authReqId = await ask();
    await page.getByRole("button", { name: "Approve with passkey" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").innerText()).toMatch(/nothing is approved|Not approved/);
    await expect(clientFor().backchannelAuthenticationGrant({ authReqId })).rejects.toMatchObject({
      cause: { error: "authorization_pending" },
    });
    expect(tenant.auth0.inbox()).toHaveLength(1);
  });

  test("a passkey that did not check who holds it does not approve", async () => {
    const { device, session } = await addAuthenticator(page);
    await ask();
    await page.getByRole("button", { name: "Approve with passkey" }).click();
    await page.getByText("Approved with a passkey").waitFor();

    await session.send("WebAuthn.setUserVerified", { authenticatorId: device, isUserVerified: false });
    await ask("Plan AAAA-AAAA: restore main");
    const [request] = tenant.auth0.inbox();
    expect(await page.evaluate(signUnverified, request?.id ?? "")).toBe(403);
    expect(tenant.auth0.inbox()).toHaveLength(1);
  });

  test("an answer made for one request does not approve another", async () => {
    await addAuthenticator(page);
    await ask();
    await page.getByRole("button", { name: "Approve with passkey" }).click();
    await page.getByText("Approved with a passkey").waitFor();

    await Promise.all([ask("Plan AAAA-AAAA: restore main"), ask("Plan BBBB-BBBB: restore main")]);
    const [first, second] = tenant.auth0.inbox();
    const status = await page.evaluate(signOneSendToOther, { first: first?.id ?? "", second: second?.id ?? "" });
    expect(status).toBe(403);
    expect(tenant.auth0.inbox()).toHaveLength(2);
  });

  test("deny denies", async () => {
    const authReqId = await ask();
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByText("Denied").waitFor();
    await expect(clientFor().backchannelAuthenticationGrant({ authReqId })).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
  });

  test("without scripts the page still shows the plan and still denies", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const still = await plain.newPage();
    const authReqId = await ask();
    await still.goto(tenant.auth0.phoneUrl);
    await still.getByText("acme/shop", { exact: true }).waitFor();
    expect(await still.getByRole("button", { name: "Approve with passkey" }).isVisible()).toBe(false);
    await still.getByRole("button", { name: "Deny" }).click();
    await still.getByText("Denied").waitFor();
    await expect(clientFor().backchannelAuthenticationGrant({ authReqId })).rejects.toMatchObject({
      cause: { error: "access_denied" },
    });
    await plain.close();
  });

  test("hostile words stay words", async () => {
    const details = planDetails().map((detail) => ({
      ...detail,
      instruction: '<img src=x onerror="document.title=1"><script>document.title=1</script>',
    }));
    await ask("Plan ABCD-EFGH", details);
    await page.locator("article").waitFor();
    expect(await page.title()).toContain("local stand-in");
    expect(await page.locator(".instruction").innerText()).toContain("<script>");
  });
});

describe("the phone's door", () => {
  beforeEach(async () => {
    tenant = await startSampleTenant({ phone: { buttonAllowed: true } });
  });

  test("another site's form, frame or name reaches nothing", async () => {
    await ask();
    const id = tenant.auth0.inbox()[0]?.id ?? "";
    const token = await pageToken();
    const approve = (headers: Record<string, string>, body = new URLSearchParams({ token })) =>
      fetch(`${tenant.auth0.phoneUrl}requests/${id}/approve`, { method: "POST", headers, body, redirect: "manual" });
    const own = tenant.auth0.phoneUrl.slice(0, -1);
    expect((await approve({})).status).toBe(403);
    expect((await approve({ origin: "https://evil.example" })).status).toBe(403);
    expect((await approve({ origin: "null" })).status).toBe(403);
    expect((await approve({ origin: own }, new URLSearchParams({ token: "guess" }))).status).toBe(403);
    expect(tenant.auth0.inbox()).toHaveLength(1);
    const page = await fetch(tenant.auth0.phoneUrl);
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect((await approve({ origin: own })).status).toBe(303);
    expect(tenant.auth0.inbox()).toHaveLength(0);
  });

  test("under another name that resolves to this machine there is no page", async () => {
    const { port } = new URL(tenant.auth0.phoneUrl);
    const statusAs = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const request = get({ host: "127.0.0.1", port, path: "/", headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on("error", reject);
      });
    expect(await statusAs(`localhost:${port}`)).toBe(200);
    for (const host of [`rebound.example:${port}`, "localhost:1", "localhost", `127.0.0.1:${port}`])
      expect(await statusAs(host)).toBe(403);
  });

  test("the button says that no biometric is taken", async () => {
    await ask();
    expect(await (await fetch(tenant.auth0.phoneUrl)).text()).toContain("takes <b>no biometric</b>");
  });

  test("without permission for the button only a passkey approves", async () => {
    await tenant.auth0.close();
    tenant = await startSampleTenant();
    await ask();
    const url = `${tenant.auth0.phoneUrl}requests/${tenant.auth0.inbox()[0]?.id}`;
    const post = async (path: string, body: unknown) =>
      (
        await fetch(`${url}/${path}`, {
          method: "POST",
          headers: {
            origin: tenant.auth0.phoneUrl.slice(0, -1),
            "content-type": "application/json",
            "x-phone-token": await pageToken(),
          },
          body: JSON.stringify(body),
        })
      ).status;
    expect(await post("approve", {})).toBe(403);
    expect(await post("passkey/approve", {})).toBe(403);
    expect(await post("passkey/begin", {})).toBe(200);
    expect(await post("passkey/register", { id: "x", response: {} })).toBe(403);
    expect(await post("passkey/approve", { id: "x", rawId: "x", type: "public-key", response: {} })).toBe(403);
    expect(tenant.auth0.inbox()).toHaveLength(1);
  });
});

async function pageToken(): Promise<string> {
  const html = await (await fetch(tenant.auth0.phoneUrl)).text();
  return /name="phone-token" content="([^"]+)"/.exec(html)?.[1] ?? "";
}

/** What the functions that run in the page use of it. */
type PageGlobals = {
  readonly document: { querySelector(selector: string): { readonly content: string } };
  readonly PublicKeyCredential: { parseRequestOptionsFromJSON(options: unknown): unknown };
  readonly navigator: {
    readonly credentials: { get(options: { readonly publicKey: unknown }): Promise<{ toJSON(): unknown }> };
  };
};

async function addAuthenticator(page: Page): Promise<{ device: string; session: CDPSession }> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { device: authenticatorId, session };
}

/** Runs in the page: signs the challenge of one request and hands the answer in for the other. */
async function signOneSendToOther({ first, second }: { first: string; second: string }): Promise<number> {
  const web = globalThis as unknown as PageGlobals;
  const token = web.document.querySelector("meta[name=phone-token]").content;
  const post = (path: string, body: unknown) =>
    fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-phone-token": token },
      body: JSON.stringify(body),
    });
  const begun = (await (await post(`/requests/${first}/passkey/begin`, {})).json()) as { publicKey: unknown };
  await post(`/requests/${second}/passkey/begin`, {});
  const publicKey = web.PublicKeyCredential.parseRequestOptionsFromJSON(begun.publicKey);
  const signed = await web.navigator.credentials.get({ publicKey });
  return (await post(`/requests/${second}/passkey/approve`, signed.toJSON())).status;
}

/** Runs in the page: signs as the page would, but lets the authenticator skip looking at the person. */
async function signUnverified(id: string): Promise<number> {
  const web = globalThis as unknown as PageGlobals;
  const token = web.document.querySelector("meta[name=phone-token]").content;
  const post = (path: string, body: unknown) =>
    fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-phone-token": token },
      body: JSON.stringify(body),
    });
  const begun = (await (await post(`/requests/${id}/passkey/begin`, {})).json()) as { publicKey: object };
  const options = { ...begun.publicKey, userVerification: "discouraged" };
  const publicKey = web.PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const signed = await web.navigator.credentials.get({ publicKey });
  return (await post(`/requests/${id}/passkey/approve`, signed.toJSON())).status;
}

function clientFor(): AuthClient {
  return new AuthClient({
    domain: tenant.auth0.domain,
    clientId: "asks",
    clientAssertionSigningKey: PRIVATE_KEY,
    clientAssertionSigningAlg: "RS256",
  });
}

async function ask(bindingMessage = "Plan ABCD-EFGH: restore main", details = planDetails()): Promise<string> {
  const { authReqId } = await clientFor().initiateBackchannelAuthentication({
    bindingMessage,
    loginHint: { sub: "auth0|lead" },
    requestedExpiry: 60,
    authorizationDetails: details as { type: string }[],
    authorizationParams: { scope: "openid rollback:sev1", audience: AUDIENCE },
  });
  return authReqId;
}
