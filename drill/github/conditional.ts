import { createHash } from "node:crypto";
import type { Reply } from "./http.ts";

/** Conditional reads: an answer carries the mark of what it says, and a caller who still has that gets none of it again. */

/** `asked`: address and caller, since another's mark is of no use. 304 costs nothing of GitHub's hourly limit. */
export function conditional(reply: Reply, asked: string, ifNoneMatch: string | undefined): Reply {
  if (reply.status !== 200) return reply;
  const said = reply.text ?? JSON.stringify(reply.body ?? null);
  const etag = `W/"${createHash("sha256").update(`${asked}\0${said}`).digest("hex")}"`;
  const headers = { ...reply.headers, etag, vary: "Accept, Authorization" };
  const known = (ifNoneMatch ?? "").split(",").map((mark) => mark.trim());
  return known.some((mark) => mark === "*" || weak(mark) === weak(etag))
    ? { status: 304, headers: { ...headers, "x-ratelimit-used": "0" } }
    : { ...reply, headers };
}

/** Weak comparison, as reads want it. */
function weak(mark: string): string {
  return mark.replace(/^W\//, "");
}
