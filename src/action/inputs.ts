import { Secret } from "../kernel/secret.ts";

/** Every input of the Action; a test compares this list with `action.yml`. */
export const INPUT_NAMES = [
  "phase",
  "incident",
  "app-id",
  "proposal",
  "github-token",
  "reasoner",
  "gemini-api-key",
  "gemini-model",
  "gemini-base-url",
  "auth0-domain",
  "auth0-audience",
  "auth0-client-id",
  "auth0-vault-client-id",
  "auth0-private-key",
  "auth0-connection",
] as const;
export type InputName = (typeof INPUT_NAMES)[number];

type Common = { readonly incident: number; readonly appId: number; readonly githubToken: Secret };

export type AnalyseInputs = Common & {
  readonly phase: "analyse";
  /** Null: gemini where a key or Vertex AI is configured, else offline. */
  readonly reasoner: "gemini" | "offline" | null;
  readonly gemini: { readonly apiKey: Secret | null; readonly model: string; readonly baseUrl: string | null };
};

export type RespondInputs = Common & {
  readonly phase: "respond";
  /** As handed over by the job `analyse`; not yet believed. */
  readonly proposal: string;
  readonly auth0: {
    readonly domain: string;
    readonly audience: string;
    readonly clientId: string;
    readonly vaultClientId: string;
    readonly privateKey: Secret;
    readonly connection: string;
  };
};

export type Inputs = AnalyseInputs | RespondInputs;

/** One sentence per wrong input: which it is and what cures it. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Reads all inputs from the runner's environment. Throws one `InputError` that lists everything wrong at once. */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const reader = createReader(env);
  const phase = reader.oneOf("phase", ["analyse", "respond"], "Set `phase: analyse` or `phase: respond`.");
  const common = {
    incident: reader.wholeNumber("incident", "Pass the workflow input `incident`: the number of the incident issue."),
    appId: reader.wholeNumber("app-id", "Set the variable SENTINEL_APP_ID to the Sentinel GitHub App's numeric id."),
    githubToken: reader.secret("github-token", "Leave it out to use the job's own token."),
  };
  const inputs: Inputs =
    phase === "respond"
      ? { ...common, phase, ...respondInputs(reader) }
      : { ...common, phase: "analyse", ...analyseInputs(reader) };
  if (reader.problems.length > 0) throw new InputError(reader.problems);
  return inputs;
}

function analyseInputs(reader: Reader): Pick<AnalyseInputs, "reasoner" | "gemini"> {
  const apiKey = reader.text("gemini-api-key");
  return {
    reasoner:
      reader.text("reasoner") === ""
        ? null
        : reader.oneOf("reasoner", ["gemini", "offline"], "Set `gemini` or `offline`, or leave it out."),
    gemini: {
      apiKey: apiKey === "" ? null : new Secret(apiKey),
      model: reader.text("gemini-model") || "gemini-2.5-flash",
      baseUrl: reader.text("gemini-base-url") || null,
    },
  };
}

function respondInputs(reader: Reader): Pick<RespondInputs, "proposal" | "auth0"> {
  return {
    proposal: reader.required("proposal", "Pass the output `proposal` of the job `analyse`."),
    auth0: {
      domain: domain(reader),
      audience: reader.required("auth0-audience", "Set the variable SENTINEL_AUTH0_AUDIENCE to the API's identifier."),
      clientId: reader.required("auth0-client-id", "Set the variable SENTINEL_AUTH0_CLIENT_ID."),
      vaultClientId: reader.required("auth0-vault-client-id", "Set the variable SENTINEL_AUTH0_VAULT_CLIENT_ID."),
      privateKey: privateKey(reader),
      connection: reader.text("auth0-connection") || "github",
    },
  };
}

function domain(reader: Reader): string {
  const value = reader.required(
    "auth0-domain",
    "Set the variable SENTINEL_AUTH0_DOMAIN, for example acme.eu.auth0.com.",
  );
  if (value !== "" && !/^[a-z0-9.-]+(:\d+)?$/i.test(value))
    reader.problem("auth0-domain", "is not a host name", "Give the domain alone, without https:// and without a path.");
  return value;
}

/** Secrets keep their line breaks, but many stores turn them into the two characters `\n`. */
function privateKey(reader: Reader): Secret {
  const cure = "Give the PKCS#8 PEM of both Auth0 clients; it is a secret of the environment `sentinel` only.";
  const value = reader.required("auth0-private-key", cure).replaceAll("\\n", "\n");
  if (value !== "" && !/^-----BEGIN PRIVATE KEY-----\n[\s\S]+-----END PRIVATE KEY-----\s*$/.test(value))
    reader.problem("auth0-private-key", "is not a PKCS#8 PEM private key", cure);
  return new Secret(value || "missing");
}

type Reader = ReturnType<typeof createReader>;

function createReader(env: Readonly<Record<string, string | undefined>>) {
  const problems: string[] = [];
  const problem = (name: InputName, what: string, cure: string): void => {
    problems.push(`Input \`${name}\` ${what}. ${cure}`);
  };
  const text = (name: InputName): string => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  const required = (name: InputName, cure: string): string => {
    const value = text(name);
    if (value === "") problem(name, "is missing", cure);
    return value;
  };
  return {
    problems,
    problem,
    text,
    required,
    secret: (name: InputName, cure: string): Secret => new Secret(required(name, cure) || "missing"),
    wholeNumber: (name: InputName, cure: string): number => {
      const value = required(name, cure);
      if (value !== "" && !/^[1-9]\d{0,14}$/.test(value)) problem(name, "is not a positive whole number", cure);
      return Number(value);
    },
    oneOf: <const T extends string>(name: InputName, allowed: readonly [T, ...T[]], cure: string): T => {
      const value = required(name, cure);
      const found = allowed.find((one) => one === value);
      if (value !== "" && found === undefined) problem(name, `is not one of ${allowed.join(", ")}`, cure);
      return found ?? allowed[0];
    },
  };
}
