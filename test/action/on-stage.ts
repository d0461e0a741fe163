import { execFileSync } from "node:child_process";
import { afterEach, expect } from "vitest";
import { PLAIN_GIT } from "../plain-git.ts";
import { type Stage, type StageOptions, setStage } from "./stage.ts";

/** What the tests of the line from a plan to the branch have in common: one stage each, and what to look at on it. */
export let stage: Stage;
afterEach(() => stage.close());

export async function given(options: StageOptions = {}): Promise<Stage> {
  stage = await setStage(options);
  return stage;
}

export function head(): Promise<string> {
  return stage.github.state.head(stage.repo, "main");
}

export function git(...args: string[]): string {
  return execFileSync("git", ["--git-dir", stage.repo.gitDir, ...args], { encoding: "utf8", env: PLAIN_GIT }).trim();
}

/** Every request that changes something, by whom. */
export function writes(): readonly string[] {
  return stage.journal.entries
    .filter(
      ({ method, service, path }) => method !== "GET" && service === "github" && !path.endsWith("git-upload-pack"),
    )
    .filter(({ actor }) => actor.startsWith("job") || actor.startsWith("user"))
    .map(({ method, path, actor }) => `${actor} ${method} ${path.replace(/^.*\/shop\//, "")}`);
}

export function comments() {
  return stage.github.state.issues(stage.repo)[0]?.comments ?? [];
}

export async function expectUnchanged(): Promise<void> {
  expect(await head()).toBe(stage.bad);
  expect(stage.github.state.rulesets(stage.repo)).toHaveLength(1);
}

export async function cancel(run: number) {
  await stage.github.person.cancelRun(stage.repo, run);
  return stage.ended(run);
}
