import { tokenBags } from "../../src/agent/suspects/token-bags.ts";
import type { Candidate } from "../../src/agent/suspects/types.ts";

type Said = {
  readonly subject: string;
  readonly body?: string;
  readonly files?: readonly string[];
  readonly diff?: string;
  readonly at?: number;
};

/** A candidate out of what a test wants to say; the rest is ordinary. */
export function candidate(
  sha: string,
  { subject, body = "", files = ["src/main.ts"], diff = "", at = 0 }: Said,
): Candidate {
  return {
    sha: sha.padEnd(40, "0"),
    subject,
    body,
    authorTime: 1_700_000_000 + at,
    commitTime: 1_700_000_000 + at,
    isMerge: false,
    nFiles: files.length,
    additions: 10,
    deletions: 4,
    files: files.map((path) => ({ path, additions: 5, deletions: 2 })),
    ...tokenBags(diff),
  };
}

/** An ordinary week of a service, oldest first. */
export const WEEK: readonly Candidate[] = [
  candidate("a1", { subject: "Add a page for invoices", files: ["src/pages/invoice.ts"], at: 10 }),
  candidate("b2", {
    subject: "fix(router): keep trailing slashes",
    files: ["src/router/match.ts"],
    diff: "@@ -1,2 +1,2 @@ function matchRoute(path)\n-  return path.replace(/x/, '')\n+  return keepTrailingSlash(path)\n",
    at: 20,
  }),
  candidate("c3", { subject: "Update the readme", files: ["README.md"], at: 30 }),
  candidate("d4", {
    subject: "Read the session secret from the vault",
    files: ["src/session/secret.ts"],
    diff: "@@ -4,2 +4,2 @@ export function sessionSecret()\n-  return process.env.SESSION_SECRET\n+  return vault.read('session')\n",
    at: 40,
  }),
  candidate("e5", {
    subject: "Bump lru-cache from 10.4.3 to 11.0.0",
    files: ["package.json", "package-lock.json"],
    at: 50,
  }),
  candidate("f6", { subject: 'Revert "Add a page for invoices"', files: ["src/pages/invoice.ts"], at: 60 }),
];
