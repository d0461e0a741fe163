import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { INPUT_NAMES, InputError, readInputs } from "../../src/action/inputs.ts";
import { OUTPUT_NAMES } from "../../src/action/outputs.ts";

const manifest: { inputs: object; outputs: object } = parse(readFileSync("action.yml", "utf8"));
const PEM = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

const RESPOND = {
  INPUT_PHASE: "respond",
  INPUT_INCIDENT: "12",
  "INPUT_APP-ID": "7",
  "INPUT_GITHUB-TOKEN": "ghs_token",
  INPUT_PROPOSAL: "{}",
  "INPUT_AUTH0-DOMAIN": "acme.eu.auth0.com",
  "INPUT_AUTH0-AUDIENCE": "https://sentinel.example/api",
  "INPUT_AUTH0-CLIENT-ID": "asks",
  "INPUT_AUTH0-VAULT-CLIENT-ID": "vault",
  "INPUT_AUTH0-PRIVATE-KEY": PEM,
};

function problems(env: Record<string, string>): readonly string[] {
  try {
    readInputs(env);
    return [];
  } catch (error) {
    return error instanceof InputError ? error.problems : [`not an InputError: ${error}`];
  }
}

describe("inputs and outputs", () => {
  test("are those of action.yml", () => {
    expect([...INPUT_NAMES]).toEqual(Object.keys(manifest.inputs));
    expect([...OUTPUT_NAMES]).toEqual(Object.keys(manifest.outputs));
  });

  test("a complete set is read", () => {
    expect(readInputs(RESPOND)).toMatchObject({ phase: "respond", incident: 12, appId: 7 });
  });

  test("a key whose line breaks became the letters \\n is read", () => {
    const flat = { ...RESPOND, "INPUT_AUTH0-PRIVATE-KEY": PEM.replaceAll("\n", "\\n") };
    expect(problems(flat)).toEqual([]);
  });

  test("everything wrong is listed at once, each with its name and a cure", () => {
    const found = problems({ INPUT_PHASE: "respond", INPUT_INCIDENT: "-3", "INPUT_AUTH0-DOMAIN": "https://acme/" });
    const named = found.map((problem) => /`([^`]+)`/.exec(problem)?.[1]);
    expect(named).toEqual([
      "incident",
      "app-id",
      "github-token",
      "proposal",
      "auth0-domain",
      "auth0-audience",
      "auth0-client-id",
      "auth0-vault-client-id",
      "auth0-private-key",
    ]);
    for (const problem of found) expect(problem.split(". ").length).toBeGreaterThan(1);
  });

  test("secrets do not print", () => {
    const inputs = readInputs(RESPOND);
    const printed = `${JSON.stringify(inputs)} ${inspect(inputs, { depth: 9 })}`;
    expect(printed).not.toContain("ghs_token");
    expect(printed).not.toContain("BEGIN");
  });
});
