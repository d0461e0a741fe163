import { readFileSync } from "node:fs";
import { z } from "zod";
import { isRsaKey, pemOf } from "../kernel/pem.ts";
import { Secret } from "../kernel/secret.ts";

/**
 * The App's settings, read once from the environment and checked as a whole: everything missing or wrong is listed at once by
 * its name. It must never start with a guess where a secret belongs.
 */
export type Settings = {
  readonly appId: number;
  readonly privateKey: Secret;
  readonly webhookSecret: Secret;
  /** Accepted as well while a secret is being changed. */
  readonly oldWebhookSecret: Secret | null;
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly mode: "off" | "shadow" | "act" | null;
  readonly sweepSeconds: number;
  readonly logLevel: string;
  readonly slack: SlackSettings | null;
  /** Of the Slack app, for its clicks; without it the message has no buttons. */
  readonly slackSigningSecret: Secret | null;
  /** Bearer token of the anomaly endpoint; without it the endpoint is off. */
  readonly anomalyToken: Secret | null;
};

export type SlackSettings = {
  readonly apiUrl: string;
  readonly domain: string;
  readonly clientId: string;
  readonly privateKey: Secret;
  readonly user: string;
};

/** What kept the server from listening, by the setting that helps; throws whatever is not about that. */
export function wordsForStart(error: unknown, { host, port }: Pick<Settings, "host" | "port">): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "EADDRINUSE":
      return `PORT: ${port} is used by another program; stop that one, or set PORT to another number`;
    case "EACCES":
      return `PORT: ${port} needs more rights than this user has; set PORT to a number above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `HOST: ${host} is no address of this machine`;
    default:
      throw error;
  }
}

export type CheckedSettings =
  | { readonly kind: "ready"; readonly settings: Settings }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

const whole = (least: number, most: number) =>
  z.string().regex(/^\d+$/, "must be a whole number").transform(Number).pipe(z.int().min(least).max(most));
const url = z.string().refine((text) => URL.canParse(text) && /^https?:/.test(text), "must be an http(s) URL");

const Environment = z.object({
  APP_ID: whole(1, Number.MAX_SAFE_INTEGER),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: z
    .string()
    .min(8, "must have at least 8 characters")
    .refine((text) => text !== "development", 'must not be "development", which anybody can guess'),
  WEBHOOK_SECRET_OLD: z.string().min(8, "must have at least 8 characters").optional(),
  HOST: z.string().min(1).default("0.0.0.0"),
  PORT: whole(0, 65_535).default(3000),
  GITHUB_API_URL: url.default("https://api.github.com"),
  SENTINEL_MODE: z.enum(["off", "shadow", "act"]).optional(),
  SENTINEL_SWEEP_SECONDS: whole(1, 86_400).default(300),
  SENTINEL_ANOMALY_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  SLACK_API_URL: url.default("https://slack.com/api/"),
  SLACK_SIGNING_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  AUTH0_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+(:\d+)?$/i, "must be the domain alone, without https:// and without a path")
    .optional(),
  AUTH0_WORKER_CLIENT_ID: z.string().min(1).optional(),
  AUTH0_PRIVATE_KEY: z.string().refine(isRsaKey, "must be an RSA private key in PEM").optional(),
  SLACK_AUTH0_USER: z.string().min(1).optional(),
});

const SLACK_GROUP = ["AUTH0_DOMAIN", "AUTH0_WORKER_CLIENT_ID", "AUTH0_PRIVATE_KEY", "SLACK_AUTH0_USER"] as const;

export function checkSettings(environment: Readonly<Record<string, string | undefined>>): CheckedSettings {
  // An empty variable is how many hosts write "not set".
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = Environment.safeParse(set);
  const key = privateKeyFrom(set);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${wordsFor(issue)}`)),
    ...(typeof key === "string" ? [key] : []),
    ...slackProblems(set),
  ];
  if (!parsed.success || typeof key === "string" || problems.length > 0) return { kind: "refused", problems };
  const { data } = parsed;
  return {
    kind: "ready",
    settings: {
      appId: data.APP_ID,
      privateKey: key,
      webhookSecret: new Secret(data.WEBHOOK_SECRET),
      oldWebhookSecret: data.WEBHOOK_SECRET_OLD === undefined ? null : new Secret(data.WEBHOOK_SECRET_OLD),
      host: data.HOST,
      port: data.PORT,
      apiUrl: data.GITHUB_API_URL.replace(/\/+$/, ""),
      mode: data.SENTINEL_MODE ?? null,
      sweepSeconds: data.SENTINEL_SWEEP_SECONDS,
      logLevel: data.LOG_LEVEL,
      slack: slackFrom(data),
      slackSigningSecret: data.SLACK_SIGNING_SECRET === undefined ? null : new Secret(data.SLACK_SIGNING_SECRET),
      anomalyToken: data.SENTINEL_ANOMALY_TOKEN === undefined ? null : new Secret(data.SENTINEL_ANOMALY_TOKEN),
    },
  };
}

function wordsFor(issue: z.core.$ZodIssue): string {
  return issue.code === "invalid_type" && issue.input === undefined ? "is not set" : issue.message;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The key, or the sentence that says what is wrong with it. */
function privateKeyFrom(set: Variables): Secret | string {
  const { PRIVATE_KEY: inline, PRIVATE_KEY_PATH: path } = set;
  if (inline === undefined && path === undefined)
    return "PRIVATE_KEY: is not set; give the App's key in PEM, or its file in PRIVATE_KEY_PATH";
  const text = inline ?? readable(path ?? "");
  if (text !== null && isRsaKey(text)) return new Secret(pemOf(text));
  return inline === undefined
    ? "PRIVATE_KEY_PATH: is not a readable file with an RSA private key in PEM"
    : "PRIVATE_KEY: is not an RSA private key in PEM";
}

function readable(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function slackProblems(set: Variables): readonly string[] {
  const missing = SLACK_GROUP.filter((name) => set[name] === undefined);
  if (missing.length === 0 || missing.length === SLACK_GROUP.length) return [];
  return missing.map((name) => `${name}: is not set; Slack needs all of ${SLACK_GROUP.join(", ")}, or none of them`);
}

function slackFrom(data: z.infer<typeof Environment>): SlackSettings | null {
  const { AUTH0_DOMAIN, AUTH0_WORKER_CLIENT_ID, AUTH0_PRIVATE_KEY, SLACK_AUTH0_USER } = data;
  if (!AUTH0_DOMAIN || !AUTH0_WORKER_CLIENT_ID || !AUTH0_PRIVATE_KEY || !SLACK_AUTH0_USER) return null;
  return {
    apiUrl: data.SLACK_API_URL,
    domain: AUTH0_DOMAIN,
    clientId: AUTH0_WORKER_CLIENT_ID,
    privateKey: new Secret(pemOf(AUTH0_PRIVATE_KEY)),
    user: SLACK_AUTH0_USER,
  };
}
