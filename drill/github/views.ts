import { headOf } from "./git/ref-changes.ts";
import type { Repository, Run } from "./records.ts";
import { checkRunShape } from "./rest/check-shapes.ts";
import { storedShape } from "./rest/ruleset-shapes.ts";
import { latestJobs } from "./runs/records.ts";
import type { State } from "./state.ts";
import type { GitHub, RepoRef } from "./types.ts";

/** What tests and stories may look at, without a request. */

export function views(state: State): GitHub["state"] {
  return {
    rulesets: (ref) => {
      const repo = find(state, ref);
      return [...repo.rulesets.values()].map((ruleset) => ({
        id: ruleset.id,
        name: ruleset.name,
        source: storedShape(state, repo, ruleset),
      }));
    },
    issues: (ref) =>
      find(state, ref).issues.map(({ number, title, body, state: open, labels, assignees, comments }) => ({
        number,
        title,
        body: body ?? "",
        state: open,
        labels: [...labels],
        assignees: assignees.map(({ login }) => login),
        comments: comments.map(({ id, user, body: text }) => ({ id, author: user.login, body: text })),
      })),
    checkRuns: (ref, sha) => {
      const repo = find(state, ref);
      return repo.checkRuns
        .filter(({ headSha }) => headSha === sha)
        .map((checkRun) => checkRunShape(state, repo, checkRun));
    },
    runs: (ref) =>
      find(state, ref).runs.map((run) => ({
        id: run.id,
        path: run.workflow.path,
        status: run.status,
        conclusion: run.conclusion,
        attempt: run.attempt,
        jobs: latestJobs(run).map(({ id, name, conclusion, log, summary, outputs }) => ({
          id,
          name,
          conclusion,
          log,
          summary,
          outputs,
        })),
      })),
    environments: (ref) =>
      find(state, ref).environments.map(({ name, lets, branches, waitTimer, reviewers }) => ({
        name,
        lets,
        branches: branches.map((policy) => policy.name),
        waitTimer,
        reviewers: reviewers.map(({ login }) => login),
      })),
    head: (ref, branch) => headOf(find(state, ref), branch),
    annotations: (ref, runId) =>
      runIn(find(state, ref), runId).jobs.flatMap(({ key, checkRun }) =>
        checkRun.annotations.map(({ title, message, path, start_line, annotation_level }) => ({
          job: key,
          level: annotation_level,
          path,
          line: start_line,
          title: title ?? "",
          message,
        })),
      ),
  };
}

export function runIn(repo: Repository, id: number): Run {
  const run = repo.runs.find((candidate) => candidate.id === id);
  if (!run) throw new Error(`invariant: no run ${id}`);
  return run;
}

export function find(state: State, { id }: RepoRef): Repository {
  const repo = state.repositories.get(id);
  if (!repo) throw new Error(`invariant: no repository ${id}`);
  return repo;
}

export function refOf({ id, owner, name, gitDir }: Repository): RepoRef {
  return { id, owner: owner.login, name, gitDir };
}
