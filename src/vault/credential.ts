import type { Grant } from "../approval/grant.ts";
import type { Reason } from "../incident/reason.ts";
import { sha256 } from "../kernel/digest.ts";
import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Person } from "../policy/schema.ts";

/**
 * Turns a grant into the approver's own GitHub token, once. It must never keep a token after `drop`, hand it out for another
 * plan, or exchange anything that is not a grant.
 */
export type TokenVault = {
  /** Exchanges the approval's access token for the same person's token at the connection. */
  exchange(accessToken: Secret): Promise<RemoteAnswer<{ readonly token: Secret }>>;
};

export type Redeemed =
  | { readonly kind: "credential"; readonly credential: Credential }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

export async function redeem(vault: TokenVault, grant: Grant, digest: string, now: number): Promise<Redeemed> {
  const spent = grant.spend(digest, now);
  if (spent.kind === "refused") return spent;
  return readExchange(await vault.exchange(spent.accessToken), grant);
}

/** The approver's token for one plan. */
class Credential {
  readonly approver: Person;
  /** Everybody who said yes, the approver first. */
  readonly approvers: readonly Person[];
  readonly digest: string;
  /** Milliseconds since the epoch; a yes is not worth acting on for longer. */
  readonly validUntil: number;
  /** SHA-256 of the token, as Auth0's own log has it; all that is ever written down of it. */
  readonly thumbprint: string;
  #token: Secret | null;

  constructor({ approver, approvers, digest, validUntil }: Grant, token: Secret) {
    this.approver = approver;
    this.approvers = approvers;
    this.digest = digest;
    this.validUntil = validUntil;
    this.thumbprint = sha256(token.expose());
    this.#token = token;
  }

  token(): Secret {
    if (this.#token === null) throw new Error("invariant: the credential was dropped");
    return this.#token;
  }

  drop(): void {
    this.#token = null;
  }
}

export type { Credential };

function readExchange(answer: RemoteAnswer<{ readonly token: Secret }>, grant: Grant): Redeemed {
  if (answer.kind === "no-answer") return { kind: "refused", reason: "vault-unavailable", detail: answer.why };
  if (answer.kind === "ok") return { kind: "credential", credential: new Credential(grant, answer.value.token) };
  const detail = `${answer.status} ${answer.error ?? ""} ${answer.description ?? ""}`.trim();
  return { kind: "refused", reason: vaultRefusal(answer), detail };
}

/** One reason per known answer of Token Vault; what is not known is `vault-refused`, with its words. */
function vaultRefusal(answer: Extract<RemoteAnswer<unknown>, { kind: "error" }>): Reason {
  if (answer.error === "federated_connection_refresh_token_not_found") return "vault-not-connected";
  if (answer.error === "federated_connection_refresh_token_flow_failed") return "vault-reconnect";
  if (answer.status === 429 || answer.status >= 500) return "vault-unavailable";
  // A wrong client key: 401 with the same code that elsewhere means a no.
  if (answer.error === "invalid_client" || (answer.status === 401 && answer.error === "access_denied"))
    return "client-rejected";
  return "vault-refused";
}
