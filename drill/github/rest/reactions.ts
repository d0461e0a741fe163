import { actorOf } from "../auth/identity.ts";
import { created, ok, page, type RepoCall, type Route, repoRoute, requiredText } from "../http.ts";
import type { Reaction } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { commentOf } from "./comments.ts";
import { issueOf } from "./issue-records.ts";
import { nodeId, userShape } from "./shapes.ts";

/** Reactions to issues and comments. */

const READ = [{ issues: "read" }, { pull_requests: "read" }] as const;
const WRITE = [{ issues: "write" }, { pull_requests: "write" }] as const;

export const reactionRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", READ, (call, state) =>
    page(call, state, commentOf(call).comment.reactions, (reaction) => reactionShape(state, reaction)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", WRITE, (call, state) =>
    react(call, state, commentOf(call).comment.reactions),
  ),
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/reactions", READ, (call, state) =>
    page(call, state, issueOf(call).reactions, (reaction) => reactionShape(state, reaction)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/issues/{issue_number}/reactions", WRITE, (call, state) =>
    react(call, state, issueOf(call).reactions),
  ),
];

function react(call: RepoCall, state: State, reactions: Reaction[]) {
  const content = requiredText(call.body, "content");
  const user = actorOf(call.identity, state);
  const existing = reactions.find((reaction) => reaction.user === user && reaction.content === content);
  if (existing) return ok(reactionShape(state, existing));
  const reaction = { id: state.nextId(), user, content, createdAt: isoNow(state) };
  reactions.push(reaction);
  return created(reactionShape(state, reaction));
}

function reactionShape(state: State, reaction: Reaction) {
  const { id, user, content, createdAt } = reaction;
  return { id, node_id: nodeId("Reaction", id), user: userShape(state, user), content, created_at: createdAt };
}
