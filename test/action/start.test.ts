import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../src/action/main.ts");

/** The Action as a step of a run at this ref, with every other variable as it must be. */
function startedAt(ref: string) {
  const env = {
    PATH: process.env.PATH,
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_REPOSITORY_ID: "7",
    GITHUB_API_URL: "http://127.0.0.1:9",
    GITHUB_SERVER_URL: "http://127.0.0.1:9",
    GITHUB_REF: ref,
    GITHUB_SHA: "a".repeat(40),
    GITHUB_RUN_ID: "11",
    GITHUB_RUN_ATTEMPT: "1",
    INPUT_PHASE: "respond",
  };
  const { status, stdout } = spawnSync(process.execPath, [MAIN], { env, encoding: "utf8" });
  return { status, stdout };
}

test.each(["refs/heads/main", "refs/tags/sentinel", "refs/heads/sentinel/x", "refs/heads/Sentinel", "sentinel"])(
  "a run at %s ends at once, and says where it belongs",
  (ref) => {
    const { status, stdout } = startedAt(ref);
    expect(status).toBe(1);
    expect(stdout.trim().split("\n")).toEqual([expect.stringContaining("not at the protected ref `sentinel`")]);
  },
);
