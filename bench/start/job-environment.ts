import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { Proposal } from "../../src/incident/diagnosis.ts";
import { RESPONDER_REF } from "../../src/incident/names.ts";

/** The environment in which a runner starts an Action, with inputs that are all valid. */

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export function runnerEnvironment(apiUrl: string, dir: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: dir,
    CI: "true",
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: `${apiUrl}/api/v3`,
    GITHUB_SERVER_URL: apiUrl,
    GITHUB_GRAPHQL_URL: `${apiUrl}/api/graphql`,
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_REPOSITORY_ID: "77",
    GITHUB_REPOSITORY_OWNER: "acme",
    GITHUB_REF: `refs/heads/${RESPONDER_REF}`,
    GITHUB_SHA: SHA,
    GITHUB_RUN_ID: "9001",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_EVENT_PATH: join(dir, "event.json"),
    GITHUB_TRIGGERING_ACTOR: "app[bot]",
    GITHUB_OUTPUT: join(dir, "output"),
    GITHUB_STATE: join(dir, "state"),
    GITHUB_STEP_SUMMARY: join(dir, "summary"),
    RUNNER_TEMP: dir,
  };
}

export function ownInputs(phase: "analyse" | "respond"): Readonly<Record<string, string>> {
  return inputVariables({
    phase,
    incident: "12",
    "app-id": "4711",
    "github-token": "ghs_0123456789abcdef0123456789abcdef0123",
    reasoner: "offline",
    "gemini-model": "gemini-2.5-flash",
    "auth0-domain": "acme.eu.auth0.com",
    "auth0-audience": "https://sentinel.acme.example",
    "auth0-client-id": "asks",
    "auth0-vault-client-id": "redeems",
    "auth0-private-key": KEY,
    "auth0-connection": "github",
    proposal: JSON.stringify(PROPOSAL),
  });
}

/** For another Action's bundle: every input its `action.yml` names, filled by its default or by what its name asks for. */
export function inputsBeside(bundle: string): Readonly<Record<string, string>> {
  const manifest = [dirname(bundle), dirname(dirname(bundle))]
    .map((dir) => join(dir, "action.yml"))
    .find((path) => existsSync(path));
  if (manifest === undefined) return {};
  const { inputs = {} }: { inputs?: Record<string, { default?: unknown } | null> } = parse(
    readFileSync(manifest, "utf8"),
  );
  return inputVariables(
    Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, plausible(name, input?.default)])),
  );
}

function plausible(name: string, standard: unknown): string {
  if (standard !== undefined && !String(standard).includes("${{")) return String(standard);
  if (/key/i.test(name)) return KEY;
  if (/token/i.test(name)) return "ghs_0123456789abcdef0123456789abcdef0123";
  return /id$/i.test(name) ? "4711" : "";
}

function inputVariables(inputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));
}

const SHA = "a".repeat(40);
const PROPOSAL: Proposal = {
  v: 1,
  incident: 12,
  repoId: 77,
  branch: "main",
  badHead: SHA,
  lastGood: "b".repeat(40),
  diagnosis: {
    by: "offline",
    fellBack: null,
    verdict: "rollback",
    option: "restore-last-good",
    culprit: SHA,
    suspects: [],
    confidence: 0.9,
    summary: "The newest commit broke it.",
    claims: [],
    blastRadius: { files: 1, areas: [], owners: [], environments: [], touches: [], notLookedAt: [] },
    notLookedAt: [],
  },
};
