import { z } from "zod";
import type { Reason } from "../incident/reason.ts";
import { canonicalJson } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Person, Severity } from "../policy/schema.ts";
import type { TokenCheck } from "./server.ts";

/**
 * Makes a grant out of verified approvals, and nothing else can. It must never count a token that does not prove, by itself, that
 * the person asked said yes to this very plan just now.
 */

/** One person's proven yes to one plan. */
class Approval {
  readonly person: Person;
  readonly digest: string;
  readonly #accessToken: Secret;
  readonly validUntil: number;

  constructor(person: Person, digest: string, accessToken: Secret, validUntil: number) {
    this.person = person;
    this.digest = digest;
    this.#accessToken = accessToken;
    this.validUntil = validUntil;
    made.add(this);
  }

  accessToken(): Secret {
    return this.#accessToken;
  }
}

export type { Approval };

/** The power to redeem one plan once. `spend` gives the first approver's token a single time, for the right digest, in time. */
class Grant {
  readonly digest: string;
  /** In whose name the rollback runs. */
  readonly approver: Person;
  readonly approvers: readonly Person[];
  /** Milliseconds since the epoch; after it neither the vault is asked nor anything written. */
  readonly validUntil: number;
  #accessToken: Secret | null;

  constructor(first: Approval, all: readonly Approval[]) {
    this.digest = first.digest;
    this.approver = first.person;
    this.approvers = all.map(({ person }) => person);
    this.validUntil = Math.min(...all.map(({ validUntil }) => validUntil));
    this.#accessToken = first.accessToken();
  }

  spend(digest: string, now: number): Spent {
    const token = this.#accessToken;
    this.#accessToken = null;
    if (token === null) return { kind: "refused", reason: "plan-changed", detail: "this grant was spent already" };
    if (digest !== this.digest) return { kind: "refused", reason: "plan-changed", detail: "granted for another plan" };
    if (now > this.validUntil)
      return { kind: "refused", reason: "approval-expired", detail: "the approval is too old" };
    return { kind: "token", accessToken: token };
  }
}

export type { Grant };

export type Spent =
  | { readonly kind: "token"; readonly accessToken: Secret }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

const made = new WeakSet<Approval>();

/** What the token must prove. Times are milliseconds since the epoch. */
export type Expectation = {
  readonly person: Person;
  readonly digest: string;
  readonly severity: Severity;
  /** As sent with the ask; null only where policy accepts the code alone. */
  readonly authorizationDetails: readonly object[] | null;
  /** The client that asked. */
  readonly clientId: string;
  readonly sentAt: number;
  readonly now: number;
};

export type Judged =
  | { readonly kind: "approval"; readonly approval: Approval }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

export function scopeFor(severity: Severity): string {
  return `rollback:${severity}`;
}

/** Judges a token whose signature, issuer, audience and expiry were checked against the server's keys. */
export function judgeToken(check: TokenCheck, accessToken: Secret, expected: Expectation): Judged {
  if (check.kind === "no-answer") return refuse("auth0-unavailable", check.why);
  if (check.kind === "invalid") return refuse("approval-unverified", check.why);
  const parsed = Claims.safeParse(check.claims);
  if (!parsed.success) return refuse("approval-unverified", "claims are missing or of the wrong kind");
  const claims = parsed.data;
  const issuedAt = claims.iat * 1000;
  if (claims.sub !== expected.person.auth0) return refuse("approval-unverified", "the token is another person's");
  const clients = [claims.azp, claims.client_id].filter((client) => client !== undefined);
  if (clients.length === 0 || clients.some((client) => client !== expected.clientId))
    return refuse("approval-unverified", "the token was issued to another client");
  if (issuedAt < expected.sentAt - CLOCK_SKEW_MS || issuedAt > expected.now + CLOCK_SKEW_MS)
    return refuse(
      "approval-unverified",
      `the token was not issued in answer to this push${apart(issuedAt, expected.now)}`,
    );
  if (expected.now - issuedAt > APPROVAL_LIFE_MS) return refuse("approval-unverified", "the token is too old");
  if (expected.authorizationDetails !== null && !echoes(expected.authorizationDetails, claims.authorization_details))
    return refuse("approval-unverified", "the token does not echo the plan that was shown");
  if (!claims.scope.split(" ").includes(scopeFor(expected.severity)))
    return refuse("scope-missing", `the token lacks ${scopeFor(expected.severity)}`);
  const validUntil = Math.min(issuedAt, expected.now) + APPROVAL_LIFE_MS;
  return { kind: "approval", approval: new Approval(expected.person, expected.digest, accessToken, validUntil) };
}

/** A yes is worth acting on for five minutes. */
const APPROVAL_LIFE_MS = 300_000;
const CLOCK_SKEW_MS = 60_000;

/** To whoever sees a true yes refused: a runner's clock may be wrong, and nothing else would tell. */
function apart(issuedAt: number, now: number): string {
  const seconds = Math.round(Math.abs(now - issuedAt) / 1000);
  return `: it is dated ${seconds} s ${issuedAt > now ? "after" : "before"} this machine's clock, which may be wrong`;
}

const Claims = z.looseObject({
  sub: z.string().min(1),
  scope: z.string().default(""),
  iat: z.number(),
  azp: z.string().optional(),
  client_id: z.string().optional(),
  authorization_details: z.unknown().optional(),
});

/** Null when not enough different people said yes to this very digest. */
export function makeGrant(digest: string, approvals: readonly Approval[], needed: number): Grant | null {
  const valid = approvals.filter((approval) => made.has(approval) && approval.digest === digest);
  const people = new Set(valid.flatMap(({ person }) => [person.id]));
  const accounts = new Set(valid.map(({ person }) => person.auth0));
  const [first] = valid;
  if (first === undefined || needed < 1 || people.size < needed || accounts.size < needed) return null;
  return new Grant(first, valid);
}

const Details = z.array(z.looseObject({ type: z.string() }));

/** Everything that was shown comes back as it was sent; the server may add, but not change or leave out. */
function echoes(sent: readonly object[], claimed: unknown): boolean {
  const came = Details.safeParse(claimed);
  return came.success && came.data.length === sent.length && sent.every((one, i) => contains(came.data[i], one));
}

function contains(whole: unknown, part: unknown): boolean {
  if (!isRecord(part)) return whole !== undefined && canonicalJson(whole) === canonicalJson(part);
  return isRecord(whole) && Object.entries(part).every(([key, value]) => contains(whole[key], value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(reason: Reason, detail: string): Judged {
  return { kind: "refused", reason, detail };
}
