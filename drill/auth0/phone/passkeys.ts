/**
 * Passkeys of the stand-in phone, verified for real. One passkey per person, made at first use and kept in memory; an answer counts
 * only for the request it was made for, once.
 */
import { createHash, randomBytes } from "node:crypto";
import type { AuthenticationResponseJSON, RegistrationResponseJSON, WebAuthnCredential } from "@simplewebauthn/server";
import { canonicalJson } from "../../../src/kernel/digest.ts";
import type { PhoneRequest } from "../types.ts";

export type Passkeys = {
  has(userId: string): boolean;
  /** What the browser must do next: make a passkey, or sign this request with the one that is known. */
  begin(request: PhoneRequest): Promise<{ readonly kind: "create" | "get"; readonly publicKey: unknown }>;
  /** Takes a new passkey. False when anything about it does not verify. */
  register(request: PhoneRequest, response: unknown): Promise<boolean>;
  /** True only for a signature of this person's passkey over this very request. */
  verify(request: PhoneRequest, response: unknown): Promise<boolean>;
};

export function createPasskeys(origin: string): Passkeys {
  const known = new Map<string, WebAuthnCredential>();
  /** Request id → the challenge it waits for; taken out before it is looked at. */
  const challenges = new Map<string, string>();
  const expect = { expectedOrigin: origin, expectedRPID: RP_ID, requireUserVerification: true };

  return {
    has: (userId) => known.has(userId),
    async begin(request) {
      const credential = known.get(request.user.id);
      const challenge = challengeFor(request);
      challenges.set(request.id, challenge.toString("base64url"));
      const { generateAuthenticationOptions, generateRegistrationOptions } = await library();
      if (credential) {
        const publicKey = await generateAuthenticationOptions({
          rpID: RP_ID,
          challenge: new Uint8Array(challenge),
          userVerification: "required",
          allowCredentials: [
            { id: credential.id, ...(credential.transports ? { transports: credential.transports } : {}) },
          ],
        });
        return { kind: "get", publicKey };
      }
      const publicKey = await generateRegistrationOptions({
        rpName: "Sentinel drill (local stand-in)",
        rpID: RP_ID,
        userName: request.user.id,
        userDisplayName: request.user.name,
        userID: new Uint8Array(createHash("sha256").update(request.user.id).digest()),
        challenge: new Uint8Array(challenge),
        attestationType: "none",
        supportedAlgorithmIDs: [...ALGORITHMS],
        // Not discoverable: a drill leaves nothing behind in the authenticator where it can be avoided.
        authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      });
      return { kind: "create", publicKey };
    },

    async register(request, response) {
      const expectedChallenge = take(challenges, request.id);
      if (expectedChallenge === null || known.has(request.user.id)) return false;
      const { verifyRegistrationResponse } = await library();
      const { verified, registrationInfo } = await orRefused(
        verifyRegistrationResponse({
          response: response as RegistrationResponseJSON,
          expectedChallenge,
          supportedAlgorithmIDs: [...ALGORITHMS],
          ...expect,
        }),
      );
      if (!verified || !registrationInfo) return false;
      known.set(request.user.id, registrationInfo.credential);
      return true;
    },

    async verify(request, response) {
      const expectedChallenge = take(challenges, request.id);
      const credential = known.get(request.user.id);
      if (expectedChallenge === null || !credential) return false;
      const { verifyAuthenticationResponse } = await library();
      const { verified, authenticationInfo } = await orRefused(
        verifyAuthenticationResponse({
          response: response as AuthenticationResponseJSON,
          expectedChallenge,
          credential,
          ...expect,
        }),
      );
      if (!verified || !authenticationInfo) return false;
      known.set(request.user.id, { ...credential, counter: authenticationInfo.newCounter });
      return true;
    },
  };
}

/** Loaded with the first passkey: it is half of what starting the phone would cost. */
const library = () => import("@simplewebauthn/server");

const RP_ID = "localhost";
/** Ed25519, P-256, RSA: what authenticators make today. */
const ALGORITHMS = [-8, -7, -257];

/** A fresh challenge that also commits to what the person was shown, so that a signature says yes to exactly that. */
function challengeFor(request: PhoneRequest): Buffer {
  const shown = canonicalJson({
    id: request.id,
    message: request.bindingMessage,
    details: request.details,
    scope: request.scope,
  });
  return createHash("sha256").update(randomBytes(32)).update(shown).digest();
}

function take(challenges: Map<string, string>, id: string): string | null {
  const challenge = challenges.get(id) ?? null;
  challenges.delete(id);
  return challenge;
}

/** The verifier throws at what is malformed and answers false at what is wrong; here both are a refusal. */
async function orRefused<T extends { verified: boolean }>(verification: Promise<T>): Promise<T | Refused> {
  try {
    return await verification;
  } catch {
    return { verified: false, registrationInfo: undefined, authenticationInfo: undefined };
  }
}

type Refused = { verified: false; registrationInfo: undefined; authenticationInfo: undefined };
