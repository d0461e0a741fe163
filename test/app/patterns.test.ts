import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { PolicyInput } from "../../src/policy/schema.ts";
import { PLAIN_GIT } from "../plain-git.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

const RELEASE = "release/1.x";

/** A repository whose policy guards release branches by pattern, with one that was deployed green. */
async function openReleases(policy = policyOf({ branches: ["main", "release/*"] })) {
  stage = await openStage({ policy, start: false, isUnheard: true, env: { LOG_LEVEL: "warn" } });
  const good = await begin(RELEASE, policy);
  deploy(good, "success");
  return good;
}

/** A branch of its own history, with the rules in it. */
function begin(branch: string, policy: PolicyInput): Promise<string> {
  const files = { "release.js": "works", ".github/sentinel.yml": stringify(policy) };
  return stage.github.commitFiles(stage.repo, branch, files, `Begin ${branch}`, "dev");
}

function deploy(sha: string, state: "success" | "failure", ref = RELEASE): void {
  const { repo } = stage;
  const seed = { repo, sha, ref, environment: "production", creator: "github-actions[bot]" };
  const { id: deployment } = stage.github.ci.deployment(seed);
  stage.github.ci.deploymentStatus({ repo, deployment, state });
}

const breakRelease = () =>
  stage.github.commitFiles(stage.repo, RELEASE, { "release.js": "broken" }, "Break the release", "dev");

const asked = (path: RegExp) => stage.calls.filter((call) => call.actor.includes("sentinel") && path.test(call.path));
const looksAt = (branch: string) => asked(new RegExp(`/git/ref/heads/${branch.replace(".", "\\.")}$`)).length;

describe("a sweep of branches that the policy names by pattern", () => {
  test("holds one whose deployment failed while nobody listened", async () => {
    await openReleases();
    const bad = await breakRelease();
    deploy(bad, "failure");
    await stage.restart();
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([`sentinel hold ${RELEASE} @${bad.slice(0, 12)} #1`]);
  });

  test("holds one whose check failed, or whose workflow did", async () => {
    const path = ".github/workflows/release.yml";
    const policy = policyOf({ branches: ["release/*"], signals: [{ check: "test" }, { workflow: path }] });
    const goodHere = await openReleases(policy);
    const run = (branch: string, sha: string, job: string, conclusion: "success" | "failure") =>
      stage.github.ci.finishedRun({
        repo: stage.repo,
        path: job === "test" ? ".github/workflows/ci.yml" : path,
        name: job,
        job,
        sha,
        branch,
        conclusion,
        log: "",
      });
    const second = "release/2.x";
    const goodThere = await begin(second, policy);
    run(RELEASE, goodHere, "test", "success");
    run(second, goodThere, "other", "success");
    const badHere = await breakRelease();
    const badThere = await stage.github.commitFiles(stage.repo, second, { "two.js": "broken" }, "Break two", "dev");
    run(RELEASE, badHere, "test", "failure");
    run(second, badThere, "other", "failure");
    await stage.restart();
    await atRest(stage, 600);
    expect(holdsOf(stage).map((name) => name.replace(/ @.*/, ""))).toEqual(
      expect.arrayContaining([`sentinel hold ${RELEASE}`, `sentinel hold ${second}`]),
    );
  });

  test("closes the incident of one whose hold somebody removed while nobody listened", async () => {
    await openReleases();
    const bad = await breakRelease();
    deploy(bad, "failure");
    await stage.restart();
    await atRest(stage);
    const [hold] = stage.github.state.rulesets(stage.repo).filter(({ name }) => name.startsWith("sentinel hold "));
    await stage.app.stop();
    stage.github.person.deleteRuleset(stage.repo, hold?.id ?? 0, "admin");
    deploy(await stage.github.commitFiles(stage.repo, RELEASE, { "release.js": "mended" }, "Mend", "dev"), "success");
    await stage.restart();
    await atRest(stage);
    expect(stage.github.state.issues(stage.repo)[0]?.state).toBe("closed");
  });

  test("looks at none that is well, and asks for them by a few lists however many there are", async () => {
    const good = await openReleases();
    for (let n = 2; n < 30; n++)
      await stage.github.commitFiles(stage.repo, `release/${n}.x`, { "release.js": `is ${n}` }, `Release ${n}`, "dev");
    await stage.restart();
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(looksAt(RELEASE)).toBe(0);
    expect(asked(/\/branches\?/)).toHaveLength(1);
    expect(asked(/\/deployments\?environment=production/).length).toBeLessThanOrEqual(2);
    expect(asked(new RegExp(good)).length).toBeLessThanOrEqual(1);
  });

  test("says which branches it leaves out where there are more than a thousand", async () => {
    const good = await openReleases();
    const refs = Array.from({ length: 1000 }, (_, n) => `create refs/heads/topic/${n} ${good}\n`).join("");
    execFileSync("git", ["update-ref", "--stdin"], { cwd: stage.repo.gitDir, input: refs, env: PLAIN_GIT });
    await stage.restart();
    await atRest(stage);
    expect(asked(/\/branches\?/)).toHaveLength(11);
    expect(stage.app.output.join("\n")).toContain(
      "more than 1000 branches: sweeps do not look for failures on the others",
    );
  });

  test("goes on where the list of branches cannot be read", async () => {
    await openReleases();
    Object.assign(stage.github.faults.of("GET /repos/{owner}/{repo}/branches"), { failBefore: 100, failStatus: 403 });
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure");
    await stage.restart();
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([`sentinel hold main @${bad.slice(0, 12)} #1`]);
    Object.assign(stage.github.faults.of("GET /repos/{owner}/{repo}/branches"), { failBefore: 0 });
  });

  test("asks for no list of branches where the policy has no pattern", async () => {
    await openReleases(policyOf());
    await stage.restart();
    await atRest(stage);
    expect(asked(/\/branches\?/)).toEqual([]);
  });
});

describe("a deployment that names a tag or a revision", () => {
  test.each([
    ["a tag", () => "v1.0.1"],
    ["a revision", (sha: string) => sha],
  ])("holds the branch named by pattern that stands there, by %s", async (_what, refOf) => {
    await openReleases();
    await stage.restart();
    const bad = await breakRelease();
    execFileSync("git", ["update-ref", "refs/heads/same", bad], { cwd: stage.repo.gitDir, env: PLAIN_GIT });
    execFileSync("git", ["update-ref", "refs/tags/v1.0.1", bad], { cwd: stage.repo.gitDir, env: PLAIN_GIT });
    deploy(bad, "failure", refOf(bad));
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([`sentinel hold ${RELEASE} @${bad.slice(0, 12)} #1`]);
  });
});
