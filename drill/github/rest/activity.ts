import { type Call, pageOf, type Reply, type RepoCall, type Route, repoRoute } from "../http.ts";
import type { Activity } from "../records.ts";
import type { State } from "../state.ts";
import { nodeId, userShape } from "./shapes.ts";

/** Who moved which ref, and how. */

const READ = [{ contents: "read" }] as const;

export const activityRoutes: readonly Route[] = [repoRoute("GET /repos/{owner}/{repo}/activity", READ, listActivity)];

function listActivity(call: RepoCall, state: State): Reply {
  const { query, repo } = call;
  const ref = query.get("ref");
  const type = query.get("activity_type");
  const actor = query.get("actor");
  const before = query.get("before");
  const after = query.get("after");
  const all = repo.activities
    .filter((entry) => ref === null || entry.ref === ref || entry.ref === `refs/heads/${ref}`)
    .filter((entry) => type === null || entry.type === type)
    .filter((entry) => actor === null || entry.actor.login === actor)
    .filter(({ id }) => after === null || id < Number(after))
    .filter(({ id }) => before === null || id > Number(before));
  if (query.get("direction") === "asc") all.reverse();
  const { size } = pageOf(call);
  const shown = all.slice(0, size);
  return {
    status: 200,
    body: shown.map((entry) => activityShape(state, entry)),
    headers: nextActivity(call, state, shown, all.length),
  };
}

/** Activity is paged by cursor, not by number. */
function nextActivity(call: Call, state: State, shown: readonly Activity[], total: number): Record<string, string> {
  const last = shown.at(-1);
  if (!last || shown.length === total) return {};
  const next = new URL(`${state.url}${call.url.pathname}${call.url.search}`);
  next.searchParams.set("after", String(last.id));
  return { link: `<${next.href}>; rel="next"` };
}

function activityShape(state: State, entry: Activity) {
  const { id, before, after, ref, timestamp, type, actor } = entry;
  return {
    id,
    node_id: nodeId("Activity", id),
    before,
    after,
    ref,
    timestamp,
    activity_type: type,
    actor: userShape(state, actor),
  };
}
