import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  AT,
  type GitHubWorld,
  git,
  githubWorld,
  holdMain,
  installationToken,
  octokit,
  refusal,
  remote,
} from "./github-world.ts";

let world: GitHubWorld;
beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.close());

/** A clone with one commit that is not pushed yet. */
async function workedClone(token: string): Promise<string> {
  await git(world.dir, "clone", "--quiet", remote(world, token), "clone");
  const dir = join(world.dir, "clone");
  await writeFile(join(dir, "price.txt"), "12\n");
  await git(dir, "add", ".");
  await git(dir, "commit", "--quiet", "-m", "Raise the price");
  return dir;
}

describe("a held branch", () => {
  test("refuses the push of an administrator who is not listed, with GitHub's words", async () => {
    await holdMain(world);
    const dir = await workedClone(world.github.userToken("acme", "hands"));
    const { code, said } = await git(dir, "push", "origin", "main");
    expect(code).not.toBe(0);
    expect(said).toContain("remote: error: GH013: Repository rule violations found for refs/heads/main.");
    expect(said).toContain("remote: - Cannot update this protected ref.");
    expect(said).toContain("! [remote rejected] main -> main (push declined due to repository rule violations)");
    expect(await world.github.state.head(world.repo, "main")).toBe(world.first);
  });

  test("refuses the push of an App that may write contents", async () => {
    await holdMain(world);
    const builder = world.github.userToken("writer", "builder");
    const { said } = await git(await workedClone(builder), "push", "origin", "main");
    expect(said).toContain("GH013");
  });

  test("lets the listed person through, and says who pushed", async () => {
    await holdMain(world);
    const token = world.github.userToken("lead", "hands");
    const dir = await workedClone(token);
    const { code, said } = await git(dir, "push", "origin", "main");
    expect(said).toContain("main -> main");
    expect(code).toBe(0);
    const head = (await git(dir, "rev-parse", "HEAD")).said.trim();
    expect(await world.github.state.head(world.repo, "main")).toBe(head);
    const { data } = await octokit(world, token).request("GET /repos/{owner}/{repo}/activity", { ...AT });
    expect(data[0]).toMatchObject({
      after: head,
      before: world.first,
      actor: { login: "lead" },
      activity_type: "push",
    });
  });

  test("keeps a record of who was refused and who went around it", async () => {
    await holdMain(world);
    const acme = await workedClone(world.github.userToken("acme", "hands"));
    await git(acme, "push", "origin", "main");
    await git(acme, "push", remote(world, world.github.userToken("lead", "hands")), "main");
    const admin = octokit(world, await installationToken(world, { administration: "read" }));
    const { data } = await admin.request("GET /repos/{owner}/{repo}/rulesets/rule-suites", { ...AT });
    expect(data.map(({ actor_name, result }) => [actor_name, result])).toEqual([
      ["lead", "bypass"],
      ["acme", "fail"],
    ]);
  });

  test("refuses REST ref updates, contents writes and deletion by anybody else", async () => {
    await holdMain(world);
    const writer = octokit(world, world.github.userToken("writer", "hands"));
    const second = await commitOnTop(world);
    const update = refusal(writer.rest.git.updateRef({ ...AT, ref: "heads/main", sha: second }));
    expect(await update).toMatchObject({
      status: 422,
      message: expect.stringContaining("Repository rule violations found\n\nCannot update this protected ref."),
    });
    const content = Buffer.from("x").toString("base64");
    const put = writer.rest.repos.createOrUpdateFileContents({ ...AT, path: "x", message: "x", content });
    expect(await refusal(put)).toMatchObject({ status: 422 });
    expect(await world.github.state.head(world.repo, "main")).toBe(world.first);
  });

  test("lets the listed person move the ref over REST", async () => {
    await holdMain(world);
    const second = await commitOnTop(world);
    const lead = octokit(world, world.github.userToken("lead", "hands"));
    await lead.rest.git.updateRef({ ...AT, ref: "heads/main", sha: second, force: false });
    expect(await world.github.state.head(world.repo, "main")).toBe(second);
  });

  test("refuses a merge", async () => {
    const lead = octokit(world, world.github.userToken("lead", "hands"));
    await lead.rest.git.createRef({ ...AT, ref: "refs/heads/topic", sha: await commitOnTop(world) });
    const { data } = await lead.rest.pulls.create({ ...AT, head: "topic", base: "main", title: "Raise the price" });
    await holdMain(world);
    const writer = octokit(world, world.github.userToken("writer", "hands"));
    expect(await refusal(writer.rest.pulls.merge({ ...AT, pull_number: data.number }))).toMatchObject({ status: 405 });
    const merged = await lead.rest.pulls.merge({ ...AT, pull_number: data.number });
    expect(await world.github.state.head(world.repo, "main")).toBe(merged.data.sha);
  });

  test("tells each caller whether it would be let through", async () => {
    const id = await holdMain(world);
    const asked = async (login: string) => {
      const caller = octokit(world, world.github.userToken(login, "hands"));
      const { data } = await caller.request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
        ...AT,
        ruleset_id: id,
      });
      return data;
    };
    expect((await asked("lead")).current_user_can_bypass).toBe("always");
    expect((await asked("acme")).current_user_can_bypass).toBe("never");
    expect(await asked("acme")).not.toHaveProperty("bypass_actors");
  });

  test("is free again when the ruleset is gone", async () => {
    const id = await holdMain(world);
    const admin = octokit(world, await installationToken(world, { administration: "write" }));
    await admin.request("DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...AT, ruleset_id: id });
    const { code } = await git(await workedClone(world.github.userToken("writer", "hands")), "push", "origin", "main");
    expect(code).toBe(0);
  });

  test("cannot list GitHub Actions as somebody who is let through", async () => {
    const admin = octokit(world, await installationToken(world, { administration: "write" }));
    const made = admin.request("POST /repos/{owner}/{repo}/rulesets", {
      ...AT,
      name: "x",
      enforcement: "active",
      bypass_actors: [{ actor_type: "Integration", actor_id: 15368, bypass_mode: "always" }],
    });
    expect((await refusal(made)).message).toContain("must be part of the ruleset source or owner organization");
  });
});

describe("rules of other people", () => {
  const protect = async (...rules: readonly object[]) => {
    const admin = octokit(world, await installationToken(world, { administration: "write" }));
    await admin.request("POST /repos/{owner}/{repo}/rulesets", {
      ...AT,
      name: "ours",
      enforcement: "active",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [...rules] as [],
    });
  };

  test("can demand a pull request, a signature, a green check or a straight line", async () => {
    const { github, first } = world;
    const lead = octokit(world, github.userToken("lead", "hands"));
    const said = async (sha: string) =>
      (await refusal(lead.rest.git.updateRef({ ...AT, ref: "heads/main", sha }))).message;
    const second = await commitOnTop(world);
    const tree = (await lead.rest.git.getCommit({ ...AT, commit_sha: second })).data.tree.sha;
    const merged = { ...AT, message: "Merge", tree, parents: [first, second] };
    const merge = (await lead.rest.git.createCommit(merged)).data.sha;
    await protect(
      { type: "pull_request", parameters: PULL_REQUEST },
      { type: "required_signatures" },
      { type: "required_linear_history" },
      {
        type: "required_status_checks",
        parameters: { required_status_checks: [{ context: "ci" }], strict_required_status_checks_policy: false },
      },
    );
    const words = await said(merge);
    expect(words).toContain("Changes must be made through a pull request.");
    expect(words).toContain("Commits must have verified signatures.");
    expect(words).toContain("This branch must not contain merge commits.");
    expect(words).toContain('Required status check "ci" is expected.');
    expect(await said(second)).not.toContain("merge commits");
  });

  test("let a pull request through that has what they demand", async () => {
    const { github } = world;
    const lead = octokit(world, github.userToken("lead", "hands"));
    await lead.rest.git.createRef({ ...AT, ref: "refs/heads/topic", sha: await commitOnTop(world) });
    const { data } = await lead.rest.pulls.create({ ...AT, head: "topic", base: "main", title: "Raise the price" });
    await protect({ type: "pull_request", parameters: PULL_REQUEST }, { type: "required_signatures" });
    const merged = await lead.rest.pulls.merge({ ...AT, pull_number: data.number, merge_method: "squash" });
    expect(await github.state.head(world.repo, "main")).toBe(merged.data.sha);
  });
});

const PULL_REQUEST = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 0,
  required_review_thread_resolution: false,
};

describe("git over smart HTTP", () => {
  test("refuses a bad token with 401 and a reader's push with 403", async () => {
    const bad = await git(world.dir, "clone", remote(world, "ghu_nonsense"), "bad");
    expect(bad.said).toMatch(/Authentication failed|could not read Username/);
    const reader = await installationToken(world, { contents: "read" });
    const { said } = await git(await workedClone(reader), "push", "origin", "main");
    expect(said).toContain("403");
  });

  test("refuses a forced push under non_fast_forward and takes a plain one", async () => {
    const admin = octokit(world, await installationToken(world, { administration: "write" }));
    await admin.request("POST /repos/{owner}/{repo}/rulesets", {
      ...AT,
      name: "no force",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/m*"], exclude: [] } },
      rules: [{ type: "non_fast_forward" }],
    });
    const dir = await workedClone(world.github.userToken("writer", "hands"));
    expect((await git(dir, "push", "origin", "main")).code).toBe(0);
    await git(dir, "commit", "--amend", "--quiet", "-m", "Another message");
    const { said } = await git(dir, "push", "--force", "origin", "main");
    expect(said).toContain("Cannot force-push");
  });

  test("refuses a change of workflows by an App without that permission", async () => {
    const dir = await workedClone(world.github.userToken("writer", "builder"));
    await git(dir, "reset", "--hard", "--quiet", "origin/main");
    await git(dir, "config", "core.hooksPath", "/dev/null");
    await import("node:fs/promises").then(({ mkdir }) => mkdir(join(dir, ".github/workflows"), { recursive: true }));
    await writeFile(join(dir, ".github/workflows/ci.yml"), "on: push\n");
    await git(dir, "add", ".");
    await git(dir, "commit", "--quiet", "-m", "Add a workflow");
    const { said } = await git(dir, "push", "origin", "main");
    expect(said).toContain("refusing to allow a GitHub App to create or update workflow");
  });

  test("serves partial clones and single commits", async () => {
    const token = world.github.userToken("writer", "hands");
    const clone = await git(
      world.dir,
      "clone",
      "--quiet",
      "--filter=blob:none",
      "--no-checkout",
      remote(world, token),
      "p",
    );
    expect(clone.code).toBe(0);
    const dir = join(world.dir, "p");
    const missing = await git(dir, "rev-list", "--objects", "--missing=print", "HEAD");
    expect(missing.said).toMatch(/^\?[0-9a-f]{40}$/m);
    expect((await git(dir, "fetch", "--quiet", "origin", world.first)).code).toBe(0);
  });
});

async function commitOnTop({ github, first }: GitHubWorld): Promise<string> {
  const lead = octokit(world, github.userToken("lead", "hands"));
  const { data: parent } = await lead.rest.git.getCommit({ ...AT, commit_sha: first });
  const tree = [{ path: "price.txt", mode: "100644" as const, type: "blob" as const, content: "12\n" }];
  const { data: made } = await lead.rest.git.createTree({ ...AT, base_tree: parent.tree.sha, tree });
  const { data } = await lead.rest.git.createCommit({ ...AT, message: "Raise", tree: made.sha, parents: [first] });
  return data.sha;
}
