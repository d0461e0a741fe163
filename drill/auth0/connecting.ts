/** Accounts on their way to being connected: asked for by a program, agreed to by the person in a browser, then completed once. */
import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { TenantUser } from "./records.ts";
import { toAccount } from "./seed.ts";
import type { TenantState } from "./state.ts";

export const CONNECT_LIFE_SECONDS = 300;

export const Start = z.strictObject({
  connection: z.string(),
  redirect_uri: z.url(),
  state: z.string().optional(),
  scopes: z.array(z.string()).min(1).optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal("S256").optional(),
  authorization_params: z.record(z.string(), z.string()).optional(),
});
export const Complete = z.strictObject({
  auth_session: z.string(),
  connect_code: z.string(),
  redirect_uri: z.url(),
  code_verifier: z.string().optional(),
});

export type Connecting = z.output<typeof Start> & {
  readonly user: TenantUser;
  readonly session: string;
  readonly ticket: string;
  readonly expiresAt: number;
  /** Set once the person said yes in the browser. */
  code: string | null;
  isUsed: boolean;
};

const UNDER_WAY = new WeakMap<TenantState, Connecting[]>();

export function begin(state: TenantState, user: TenantUser, asked: z.output<typeof Start>): Connecting {
  const connecting: Connecting = {
    ...asked,
    user,
    session: secret(),
    ticket: secret(),
    expiresAt: state.now() + CONNECT_LIFE_SECONDS * 1000,
    code: null,
    isUsed: false,
  };
  UNDER_WAY.set(state, [...(UNDER_WAY.get(state) ?? []), connecting]);
  return connecting;
}

/** Waiting for the person's yes under this ticket. */
export function waitingFor(state: TenantState, ticket: string | null): Connecting | null {
  return live(state).find((each) => each.ticket === ticket && each.code === null) ?? null;
}

/** The person said yes: where their browser goes next. */
export function agree(connecting: Connecting): URL {
  connecting.code = secret();
  const back = new URL(connecting.redirect_uri);
  back.searchParams.set("connect_code", connecting.code);
  if (connecting.state !== undefined) back.searchParams.set("state", connecting.state);
  return back;
}

/** The new account, or null when this was not started so, was not agreed to, or was completed before. */
export function finish(state: TenantState, user: TenantUser, given: z.output<typeof Complete>) {
  const connecting = live(state).find((each) => each.session === given.auth_session && each.user.id === user.id);
  const isRight =
    connecting &&
    connecting.code === given.connect_code &&
    !connecting.isUsed &&
    connecting.redirect_uri === given.redirect_uri &&
    isProven(connecting.code_challenge, given.code_verifier);
  const provider = connecting && state.providers[connecting.connection];
  if (!isRight || !provider) return null;
  connecting.isUsed = true;
  const account = toAccount(connecting.connection, () => provider({ id: user.id, email: user.email }));
  user.accounts = [...user.accounts.filter((each) => each.connection !== account.connection), account];
  return account;
}

function live(state: TenantState): readonly Connecting[] {
  return (UNDER_WAY.get(state) ?? []).filter(({ expiresAt }) => expiresAt > state.now());
}

function isProven(challenge: string | undefined, verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined;
  const digest = createHash("sha256").update(verifier ?? "");
  return digest.digest("base64url") === challenge;
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
