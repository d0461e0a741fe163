import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { Secret } from "../kernel/secret.ts";

/**
 * Auth0's Connected Accounts flow for one person in their own browser: log in, agree, complete. It must never see a password or
 * keep the token longer than the flow.
 */
export type ConnectClient = { readonly domain: string; readonly clientId: string; readonly redirectUri: string };

/** One try: what has to come back with the browser, so that nobody else's answer is taken. */
export type Journey = { readonly state: string; readonly verifier: string };

export function createJourney(): Journey {
  return { state: random(), verifier: random() };
}

const SCOPE = "openid create:me:connected_accounts read:me:connected_accounts";

/** Where the browser begins: the tenant's login, for the My Account API. */
export function loginUrl({ domain, clientId, redirectUri }: ConnectClient, { state, verifier }: Journey): string {
  const url = new URL(`https://${domain}/authorize`);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: SCOPE,
    audience: `https://${domain}/me/`,
    state,
    code_challenge: challenge(verifier),
    code_challenge_method: "S256",
  }).toString();
  return url.href;
}

export async function tokenFor(client: ConnectClient, { verifier }: Journey, code: string): Promise<Secret> {
  const answer = await post(`https://${client.domain}/oauth/token`, null, {
    grant_type: "authorization_code",
    client_id: client.clientId,
    code,
    code_verifier: verifier,
    redirect_uri: client.redirectUri,
  });
  return new Secret(z.looseObject({ access_token: z.string() }).parse(answer).access_token);
}

export type Started = { readonly session: string; readonly url: string };

/** Where the browser goes on: the provider's own consent. */
export async function startConnecting(
  client: ConnectClient,
  journey: Journey,
  token: Secret,
  connection: string,
): Promise<Started> {
  const answer = Connect.parse(
    await post(`https://${client.domain}/me/v1/connected-accounts/connect`, token, {
      connection,
      redirect_uri: client.redirectUri,
      state: journey.state,
      code_challenge: challenge(journey.verifier),
      code_challenge_method: "S256",
    }),
  );
  const url = new URL(answer.connect_uri);
  url.searchParams.set("ticket", answer.connect_params.ticket);
  return { session: answer.auth_session, url: url.href };
}

export async function completeConnecting(
  client: ConnectClient,
  journey: Journey,
  token: Secret,
  given: { readonly session: string; readonly code: string },
): Promise<string> {
  const answer = await post(`https://${client.domain}/me/v1/connected-accounts/complete`, token, {
    auth_session: given.session,
    connect_code: given.code,
    redirect_uri: client.redirectUri,
    code_verifier: journey.verifier,
  });
  return z.looseObject({ connection: z.string() }).parse(answer).connection;
}

async function post(url: string, token: Secret | null, body: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token.expose()}` } : {}),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const words = z
    .looseObject({
      error_description: z.string().optional(),
      detail: z.string().optional(),
      error: z.string().optional(),
    })
    .catch({})
    .parse(answer);
  const said = words.error_description ?? words.detail ?? words.error ?? "no words";
  throw new Error(`${new URL(url).pathname} answered ${response.status}: ${said}`);
}

const Connect = z.looseObject({
  auth_session: z.string(),
  connect_uri: z.url(),
  connect_params: z.looseObject({ ticket: z.string() }),
});

function challenge(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}

function random(): string {
  return randomBytes(32).toString("base64url");
}
