import type { Identity } from "../auth/identity.ts";
import { permissionsOn } from "../auth/permissions.ts";
import { objectType } from "../git/objects.ts";
import { runGit, ZERO } from "../git/process.ts";
import { changeRef, inOrder, refShape } from "../git/ref-changes.ts";
import { listRefs, readRef } from "../git/refs.ts";
import {
  created,
  HttpError,
  noContent,
  notFound,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  unprocessable,
} from "../http.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";

/** Refs over REST, under the same rules as a push. */

const READ = [{ contents: "read" }] as const;
const WRITE = [{ contents: "write" }] as const;

const SHA = /^[0-9a-f]{40}$/;

export const refRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/git/ref/{ref}", READ, async (call, state) => {
    const ref = `refs/${param(call, "ref")}`;
    await refuseEmpty(call.repo);
    const sha = await readRef(call.repo.gitDir, ref);
    if (sha === null) throw notFound();
    return ok(refShape(state, call.repo, ref, sha, (await objectType(call.repo.gitDir, sha)) ?? "commit"));
  }),
  repoRoute("GET /repos/{owner}/{repo}/git/matching-refs/{ref}", READ, async (call, state) => {
    const prefix = `refs/${param(call, "ref")}`;
    await refuseEmpty(call.repo);
    const refs = (await listRefs(call.repo.gitDir, "refs")).filter(({ ref }) => ref.startsWith(prefix));
    return page(call, state, refs, ({ ref, sha, type }) => refShape(state, call.repo, ref, sha, type));
  }),
  repoRoute("POST /repos/{owner}/{repo}/git/refs", WRITE, createRef),
  repoRoute("PATCH /repos/{owner}/{repo}/git/refs/{ref}", WRITE, updateRef),
  repoRoute("DELETE /repos/{owner}/{repo}/git/refs/{ref}", WRITE, deleteRef),
];

/** GitHub's git database does not exist before the first commit. */
async function refuseEmpty(repo: Repository): Promise<void> {
  if ((await listRefs(repo.gitDir, "refs")).length === 0) throw new HttpError(409, "Git Repository is empty.");
}

async function createRef(call: RepoCall, state: State) {
  const { repo, body, identity } = call;
  const ref = requiredText(body, "ref");
  const after = requiredText(body, "sha");
  await refuseEmpty(repo);
  if (!/^refs\/[^/]+\/.+/.test(ref)) throw unprocessable("Reference name must start with 'refs/'.");
  const type = SHA.test(after) ? await objectType(repo.gitDir, after) : null;
  if (type === null) throw unprocessable("Object does not exist");
  return inOrder(repo, async () => {
    if ((await readRef(repo.gitDir, ref)) !== null) throw unprocessable("Reference already exists");
    await changeRef(state, repo, identity, { ref, before: ZERO, after, force: false });
    return created(refShape(state, repo, ref, after, type));
  });
}

async function updateRef(call: RepoCall, state: State) {
  const { repo, body, identity } = call;
  const ref = `refs/${param(call, "ref")}`;
  const after = requiredText(body, "sha");
  const type = SHA.test(after) ? await objectType(repo.gitDir, after) : null;
  if (type === null) throw unprocessable("Object does not exist");
  return inOrder(repo, async () => {
    const before = await readRef(repo.gitDir, ref);
    if (before === null) throw unprocessable("Reference does not exist");
    await refuseWorkflowChange(state, repo, identity, before, after);
    await changeRef(state, repo, identity, { ref, before, after, force: body.force === true });
    return ok(refShape(state, repo, ref, after, type));
  });
}

async function deleteRef(call: RepoCall, state: State) {
  const { repo, identity } = call;
  const ref = `refs/${param(call, "ref")}`;
  return inOrder(repo, async () => {
    const before = await readRef(repo.gitDir, ref);
    if (before === null) throw unprocessable("Reference does not exist");
    if (ref === `refs/heads/${repo.defaultBranch}`) throw unprocessable("Cannot delete the default branch");
    await changeRef(state, repo, identity, { ref, before, after: ZERO, force: true });
    return noContent();
  });
}

/** An App may change files under `.github/workflows` only with its own permission for that. */
export async function refuseWorkflowChange(
  state: State,
  repo: Repository,
  identity: Identity,
  before: string,
  after: string,
): Promise<void> {
  if (permissionsOn(identity, repo, state).workflows === "write") return;
  const args = ["diff-tree", "-r", "--quiet", before, after, "--", ".github/workflows"];
  if ((await runGit(repo.gitDir, args)).code !== 1) return;
  throw new HttpError(
    403,
    "Resource not accessible by integration",
    {},
    { "x-accepted-github-permissions": "contents=write,workflows=write" },
  );
}
