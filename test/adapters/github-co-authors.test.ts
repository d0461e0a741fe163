import { expect, test } from "vitest";
import { coAuthorAddresses, coAuthors } from "../../src/adapters/github-co-authors.ts";
import { type CommitRecord, recordOf } from "../../src/rollback/history.ts";

const SHA = "a".repeat(40);
const AT = { owner: "a", repo: "b" };

function saying(...lines: readonly string[]): CommitRecord {
  const people = [{ role: "author" as const, name: "M", email: "m@example.com" }];
  return recordOf({ sha: SHA, tree: SHA, parents: [], people, message: `x\n\n${lines.join("\n")}\n` });
}

test("addresses of co-authors are taken once, and only those that could be somebody's", () => {
  const commits = [
    saying("Co-authored-by: Lea <Lea@example.com>", "co-authored-by: x <7+lead@users.noreply.github.com>"),
    saying("Co-authored-by: Lea again <lea@example.com>", "Co-authored-by: y <none>", "Co-authored-by: z <a b@c>"),
    saying(`Co-authored-by: long <${"x".repeat(9000)}@example.com>`),
  ];
  expect(coAuthorAddresses(commits)).toEqual(["lea@example.com"]);
});

test("an address is whoever GitHub says it is, and nobody where it does not know", async () => {
  const known: Record<string, object> = { "lea@example.com": { id: 7, login: "lead" } };
  const request = async (_: string, { author = "" } = {}) => {
    const data = author === "new@example.com" ? [] : [{ author: known[author] ?? null }];
    return { status: 200, data, link: null };
  };
  const addresses = ["lea@example.com", "unlinked@example.com", "new@example.com"];
  expect(await coAuthors(request, AT, SHA, addresses)).toEqual([{ id: 7, names: ["lead"], role: "co-author" }]);
});

test("of more than can be asked about nothing is known", async () => {
  const request = async () => ({ status: 200, data: [], link: null });
  const addresses = Array.from({ length: 51 }, (_, i) => `a${i}@example.com`);
  expect(await coAuthors(request, AT, SHA, addresses)).toBeNull();
  expect(await coAuthors(request, AT, SHA, addresses.slice(1))).toEqual([]);
});
