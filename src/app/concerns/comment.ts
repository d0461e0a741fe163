import { z } from "zod";
import { type CommentEvent, type Concern, drop } from "../concern.ts";
import { Base, placeOf } from "./event.ts";

const CommentEventShape = Base.extend({
  issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ id: z.int(), login: z.string(), type: z.string() }).nullish(),
  }),
});

export function aboutComment(payload: unknown): Concern {
  const event = CommentEventShape.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, issue, comment } = event.data;
  // Only when it is written: those who may write can edit the comments of others.
  if (action !== "created") return drop("action");
  if (issue.pull_request !== undefined || !comment.user || comment.user.type === "Bot") return drop("not-a-person");
  const body = (comment.body ?? "").trim();
  if (!/^\/sentinel(?:\s|$)/.test(body)) return drop("not-a-command");
  const place = placeOf(event.data);
  const said: CommentEvent = {
    issue: issue.number,
    comment: comment.id,
    login: comment.user.login,
    userId: comment.user.id,
    body,
  };
  return { kind: "command", place, comment: said, key: `issue_comment ${place.repo.id} ${comment.id}` };
}
