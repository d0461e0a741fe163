import { canSee } from "../auth/permissions.ts";
import { type Call, HttpError, invalid, page, type Route, route } from "../http.ts";
import type { Issue, Repository } from "../records.ts";
import type { State } from "../state.ts";
import { issueShape } from "./issue-shapes.ts";

/** Searching issues by simple qualifiers. */

export const searchRoutes: readonly Route[] = [route("GET /search/issues", "anyone", searchIssues)];

/** Simple qualifiers joined by spaces: repo, org, user, is, state, type, label, author, in:title words. */
function searchIssues(call: Call, state: State) {
  const query = call.query.get("q") ?? "";
  const terms = query.match(/(?:[\w-]+:)?"[^"]*"|\S+/g) ?? [];
  if (terms.length === 0) throw invalid([{ resource: "Search", code: "missing", field: "q" }]);
  const tests = terms.map((term) => termTest(term.replaceAll('"', "")));
  const found = [...state.repositories.values()]
    .filter((repo) => canSee(call.identity, repo, state))
    .flatMap((repo) =>
      repo.issues.filter((issue) => tests.every((test) => test(repo, issue))).map((issue) => ({ repo, issue })),
    )
    .toReversed();
  return page(
    call,
    state,
    found,
    ({ repo, issue }) => {
      const { closed_by: _, ...shape } = issueShape(state, repo, issue);
      return { ...shape, score: 1 };
    },
    (items, total) => ({ total_count: total, incomplete_results: false, items, search_type: "lexical" }),
  );
}

function termTest(term: string): (repo: Repository, issue: Issue) => boolean {
  const [qualifier = "", ...rest] = term.split(":");
  const value = rest.join(":");
  if (rest.length === 0)
    return (_, issue) => `${issue.title}\n${issue.body}`.toLowerCase().includes(term.toLowerCase());
  switch (qualifier) {
    case "repo":
      return (repo) => `${repo.owner.login}/${repo.name}`.toLowerCase() === value.toLowerCase();
    case "org":
    case "user":
      return (repo) => repo.owner.login.toLowerCase() === value.toLowerCase();
    case "is":
    case "state":
    case "type":
      if (value === "open" || value === "closed") return (_, issue) => issue.state === value;
      if (value === "issue") return (_, issue) => issue.pull === null;
      if (value === "pr") return (_, issue) => issue.pull !== null;
      break;
    case "label":
      return (_, issue) => issue.labels.includes(value);
    case "author":
      return (_, issue) => issue.user.login.replace("[bot]", "") === value.replace(/^app\//, "").replace("[bot]", "");
    case "in":
    case "sort":
      return () => true;
  }
  throw new HttpError(501, `Not implemented by the stand-in: the search qualifier ${term}`);
}
