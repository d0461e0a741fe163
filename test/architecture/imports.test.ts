import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Imports go one way: kernel ← incident ← stages ← hosts. Stages do not import each other, but for the policy and the proof
 * types; only `adapters/` sees a vendor's SDK, only `app/` sees Probot, only `action/` sees the Actions toolkit.
 */
const ROOT = resolve(import.meta.dirname, "../..");
const STAGES = ["policy", "quarantine", "agent", "rollback", "approval", "vault", "notice", "audit"];
const PURE = ["kernel", "incident", ...STAGES];

/** Folder → folders of ours it may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  incident: ["kernel", "policy"],
  ...Object.fromEntries(STAGES.map((stage) => [stage, ["kernel", "incident", "policy"]])),
  policy: ["kernel", "incident"],
  adapters: ["kernel", "incident", ...STAGES],
  app: ["kernel", "incident", "adapters", ...STAGES],
  action: ["kernel", "incident", "adapters", ...STAGES],
  cli: ["kernel", "incident", "adapters", ...STAGES],
};

/** The proofs and the plan, which pass from stage to stage: `Plan → Grant → Credential`. */
const PROOFS = ["rollback/plan.ts", "approval/grant.ts", "vault/credential.ts"];

/** Package → the folders that may import it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  probot: ["app"],
  "@actions/core": ["action"],
  "@actions/github": ["action", "adapters"],
  "@google/genai": ["adapters"],
  auth0: ["adapters"],
  "@auth0/auth0-auth-js": ["adapters"],
  "@slack/web-api": ["adapters"],
  jose: ["adapters"],
  "prom-client": ["app"],
  yaml: ["policy", "cli"],
  canonicalize: ["kernel"],
  ink: ["cli"],
  react: ["cli"],
};

type Import = { readonly file: string; readonly from: string; readonly target: string };

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string, text: string): Import[] {
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => ({
    file: relative(ROOT, file),
    from: folderOf(file),
    target: specifier.startsWith(".") ? relative(ROOT, resolve(dirname(file), specifier)) : specifier,
  }));
}

function folderOf(file: string): string {
  return relative(join(ROOT, "src"), file).split("/")[0] ?? "";
}

/** Why an import breaks the rule; null when it may stand. */
function broken({ from, target, file }: Import): string | null {
  if (target.startsWith("src/")) {
    const to = target.split("/")[1] ?? "";
    if (to === from) return null;
    if (from === "agent" && ["rollback", "approval", "vault"].includes(to))
      return `${file}: the agent has no hands (${target})`;
    const isProof = PROOFS.some((proof) => target === `src/${proof}`);
    const isStagePair = STAGES.includes(from) && STAGES.includes(to) && to !== "policy";
    if (isStagePair && !isProof) return `${file}: stages do not import each other (${target})`;
    if (isProof && STAGES.includes(from)) return null;
    return MAY_IMPORT[from]?.includes(to) ? null : `${file}: ${from} may not import ${to} (${target})`;
  }
  if (/^(drill|test|bench|scripts)\//.test(target)) return `${file}: the product does not import ${target}`;
  if (target.startsWith("node:")) return null;
  const name = target.startsWith("@") ? target.split("/").slice(0, 2).join("/") : (target.split("/")[0] ?? target);
  const allowed = PACKAGES[name];
  if (allowed !== undefined)
    return allowed.includes(from) ? null : `${file}: only ${allowed.join(", ")} may import ${name}`;
  return PURE.includes(from) && name !== "zod" ? `${file}: ${from} is ours and zod's alone (${name})` : null;
}

describe("imports", () => {
  const imports = filesBelow(join(ROOT, "src")).flatMap((file) => importsOf(file, readFileSync(file, "utf8")));

  test("are found at all", () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  test("go one way: kernel, incident, stages, hosts", () => {
    expect(imports.map(broken).filter((line) => line !== null)).toEqual([]);
  });

  test.each([
    ["src/agent/loop.ts", 'import { perform } from "../rollback/perform.ts";'],
    ["src/agent/loop.ts", 'const { redeem } = await import("../vault/redeem.ts");'],
    ["src/kernel/clock.ts", 'import { decide } from "../incident/decide.ts";'],
    ["src/rollback/compute.ts", 'import { ask } from "../approval/ask.ts";'],
    ["src/incident/decide.ts", 'import { Probot } from "probot";'],
    ["src/notice/issue-page.ts", 'import { WebClient } from "@slack/web-api";'],
    ["src/adapters/slack.ts", 'import * as core from "@actions/core";'],
    ["src/app/main.ts", 'import { startGitHub } from "../../drill/github/github.ts";'],
    ["src/quarantine/hold.ts", 'import lodash from "lodash";'],
  ])("a forbidden import in %s is seen: %s", (file, line) => {
    const [found] = importsOf(join(ROOT, file), line);
    expect(found && broken(found)).not.toBeNull();
  });

  test.each([
    ["src/vault/redeem.ts", 'import type { Grant } from "../approval/grant.ts";'],
    ["src/action/respond.ts", 'import { compute } from "../rollback/compute.ts";'],
    ["src/app/main.ts", 'import { Probot } from "probot";'],
  ])("an allowed import in %s passes: %s", (file, line) => {
    const [found] = importsOf(join(ROOT, file), line);
    expect(found && broken(found)).toBeNull();
  });
});
