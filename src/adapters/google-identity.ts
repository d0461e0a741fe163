import { readFile } from "node:fs/promises";
import { z } from "zod";
import { Secret } from "../kernel/secret.ts";

/**
 * A short-lived Google access token out of the job's own identity (workload identity federation), so that no key need be
 * stored. It must never keep a token longer than it lives, nor put one into an error.
 */
export function createGoogleIdentity(credentialsFile: string): () => Promise<Secret> {
  let held: { readonly token: Secret; readonly until: number } | null = null;
  return async () => {
    if (held === null || Date.now() > held.until) held = await exchange(await readConfiguration(credentialsFile));
    return held.token;
  };
}

class GoogleIdentityError extends Error {
  override readonly name = "GoogleIdentityError";
}

const Configuration = z.looseObject({
  type: z.literal("external_account"),
  audience: z.string().min(1),
  subject_token_type: z.string().min(1),
  token_url: z.url(),
  service_account_impersonation_url: z.url().optional(),
  credential_source: z.looseObject({
    url: z.url(),
    headers: z.record(z.string(), z.string()).default({}),
    format: z.looseObject({ subject_token_field_name: z.string().default("value") }).prefault({}),
  }),
});
type Configuration = z.infer<typeof Configuration>;

async function readConfiguration(file: string): Promise<Configuration> {
  try {
    return Configuration.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    throw new GoogleIdentityError(
      "GOOGLE_APPLICATION_CREDENTIALS names no workload identity configuration. Run google-github-actions/auth before this step; keys of service accounts are not used.",
    );
  }
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const LIFETIME_S = 900;
const Exchanged = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().default(LIFETIME_S) });
const Impersonated = z.looseObject({ accessToken: z.string().min(1) });

/** The runner's identity token → Google's token for it → the service account's, where one is named. */
async function exchange(configuration: Configuration): Promise<{ readonly token: Secret; readonly until: number }> {
  const { credential_source: source, service_account_impersonation_url: impersonate } = configuration;
  const identity = await ask("the runner's identity token", source.url, { headers: source.headers });
  const subject = z.looseObject({ [source.format.subject_token_field_name]: z.string().min(1) }).safeParse(identity);
  if (!subject.success) throw new GoogleIdentityError("the runner's identity token has an unknown shape");
  const federated = Exchanged.parse(
    await ask("Google's token exchange", configuration.token_url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
        audience: configuration.audience,
        scope: SCOPE,
        requestedTokenType: "urn:ietf:params:oauth:token-type:access_token",
        subjectToken: subject.data[source.format.subject_token_field_name],
        subjectTokenType: configuration.subject_token_type,
      }),
    }),
  );
  if (impersonate === undefined) return held(federated.access_token, federated.expires_in);
  const account = Impersonated.parse(
    await ask("the service account's token", impersonate, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${federated.access_token}` },
      body: JSON.stringify({ scope: [SCOPE], lifetime: `${LIFETIME_S}s` }),
    }),
  );
  return held(account.accessToken, LIFETIME_S);
}

/** Renewed a minute before it ends. */
function held(token: string, seconds: number): { readonly token: Secret; readonly until: number } {
  return { token: new Secret(token), until: Date.now() + Math.max(0, seconds - 60) * 1000 };
}

async function ask(what: string, url: string, init: RequestInit): Promise<unknown> {
  const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(15_000) }).catch(
    () => null,
  );
  if (answer === null) throw new GoogleIdentityError(`${what} could not be had: no answer`);
  if (!answer.ok) throw new GoogleIdentityError(`${what} was refused with ${answer.status}`);
  return answer.json().catch(() => null);
}
