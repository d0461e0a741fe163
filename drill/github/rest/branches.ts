import { readCommit } from "../git/commits.ts";
import { listRefs, readRef } from "../git/refs.ts";
import { rulesetsFor } from "../git/rules.ts";
import { HttpError, ok, page, param, type Reply, type RepoCall, type Route, repoRoute } from "../http.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";
import { commitShape, htmlUrl, pathInUrl, repoUrl } from "./shapes.ts";

/** Branches. */

const READ = [{ contents: "read" }] as const;

export const branchRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/branches", READ, async (call, state) => {
    const branches = await listRefs(call.repo.gitDir, "refs/heads");
    return page(call, state, branches, ({ ref, sha }) => ({
      name: ref.slice("refs/heads/".length),
      commit: { sha, url: `${repoUrl(state, call.repo)}/commits/${sha}` },
      protected: isProtected(call.repo, ref),
    }));
  }),
  repoRoute("GET /repos/{owner}/{repo}/branches/{branch}", READ, getBranch),
  repoRoute("GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head", READ, async (call, state) => {
    const branches = (await listRefs(call.repo.gitDir, "refs/heads")).filter(
      ({ sha }) => sha === param(call, "commit_sha"),
    );
    return page(call, state, branches, ({ ref, sha }) => ({
      name: ref.slice("refs/heads/".length),
      commit: { sha, url: `${repoUrl(state, call.repo)}/commits/${sha}` },
      protected: isProtected(call.repo, ref),
    }));
  }),
];

const isProtected = (repo: Repository, ref: string) =>
  rulesetsFor(repo, ref).some(({ enforcement, rules }) => enforcement === "active" && rules.length > 0);

async function getBranch(call: RepoCall, state: State): Promise<Reply> {
  const { repo } = call;
  const name = param(call, "branch");
  const sha = await readRef(repo.gitDir, `refs/heads/${name}`);
  if (sha === null) throw new HttpError(404, "Branch not found");
  const url = `${repoUrl(state, repo)}/branches/${pathInUrl(name)}`;
  const isHeld = isProtected(repo, `refs/heads/${name}`);
  return ok({
    name,
    commit: commitShape(state, repo, await readCommit(repo.gitDir, sha)),
    _links: { self: url, html: `${htmlUrl(state, repo)}/tree/${pathInUrl(name)}` },
    protected: isHeld,
    protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${url}/protection`,
  });
}
