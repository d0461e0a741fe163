import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Login, OWNER, REPOSITORY, type StandIns } from "../../drill/standins/open.ts";
import { expectThat, type ForeignCheck } from "./check.ts";

/** Git clones and pushes; while a ruleset holds the branch it is refused in GitHub's words, all but who is let through. */
export const gitIsRefused: ForeignCheck = {
  name: "git",
  missing: () => (hasGit() ? null : "git is not installed"),
  run: async (standIns, dir) => {
    const clone = join(dir, "clone");
    await git(dir, ["clone", "--quiet", remote(standIns, "writer"), clone]);
    const free = await push(standIns, clone, "writer", "one");
    expectThat(free.code === 0, `a writer pushes to a branch nobody holds: ${free.said}`);

    await hold(standIns);
    const held = await push(standIns, clone, "writer", "two");
    expectThat(held.code !== 0, "a writer's push to a held branch fails");
    for (const words of [
      "GH013: Repository rule violations found for refs/heads/main",
      "Cannot update this protected ref",
    ])
      expectThat(held.said.includes(words), `git shows "${words}": ${held.said}`);
    const boss = await push(standIns, clone, "boss", "three");
    expectThat(boss.code !== 0, "an admin who is not let through fails too");
    const stranger = await git(clone, ["push", remote(standIns, "reader"), "HEAD:main"]);
    expectThat(stranger.code !== 0 && /403|denied/i.test(stranger.said), `a reader may not push: ${stranger.said}`);
    const lead = await push(standIns, clone, "lead", "four");
    expectThat(lead.code === 0, `who is let through pushes: ${lead.said}`);
    return "clones, pushes, is refused with GH013 while held; the one bypass actor passes";
  },
};

/** As an admin holds a branch by hand, with `lead` as the only one let through. */
async function hold({ github }: StandIns): Promise<void> {
  const headers = {
    authorization: `Bearer ${github.userToken("boss", "console")}`,
    accept: "application/vnd.github+json",
  };
  const user = await fetch(`${github.apiUrl}/users/lead`, { headers });
  const { id }: { id: number } = JSON.parse(await user.text());
  const answer = await fetch(`${github.apiUrl}/repos/${OWNER}/${REPOSITORY}/rulesets`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({
      name: "held by hand",
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
      rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
      bypass_actors: [{ actor_type: "User", actor_id: id, bypass_mode: "always" }],
    }),
  });
  expectThat(answer.status === 201, `the ruleset is made: ${answer.status} ${await answer.text()}`);
}

async function push(standIns: StandIns, clone: string, login: Login, what: string): Promise<Said> {
  await git(clone, ["commit", "--quiet", "--allow-empty", "-m", `Change ${what}`]);
  const said = await git(clone, ["push", remote(standIns, login), "HEAD:main"]);
  if (said.code !== 0) await git(clone, ["reset", "--quiet", "--hard", "HEAD~1"]);
  return said;
}

function remote({ github }: StandIns, login: Login): string {
  const token = github.userToken(login, "console");
  return `${github.url.replace("http://", `http://${login}:${token}@`)}/${OWNER}/${REPOSITORY}.git`;
}

type Said = { readonly code: number; readonly said: string };

async function git(cwd: string, args: readonly string[]): Promise<Said> {
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Writer",
    GIT_AUTHOR_EMAIL: "writer@example.com",
    GIT_COMMITTER_NAME: "Writer",
    GIT_COMMITTER_EMAIL: "writer@example.com",
    LC_ALL: "C",
  };
  return promisify(execFile)("git", args, { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

function hasGit(): boolean {
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
