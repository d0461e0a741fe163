/** One small wrong thing in the product that the stand-ins must not let pass, and the tests that have to turn red. */
export type Mutant = {
  readonly what: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly tests: string;
};

const APP = "test/app/line.test.ts";
const RESPOND = "test/action/respond.test.ts";

export const MUTANTS: readonly Mutant[] = [
  {
    what: "misspelt field: the hold's bypass actors",
    file: "src/quarantine/hold.ts",
    from: "bypass_actors: bypass.map",
    to: "bypas_actors: bypass.map",
    tests: APP,
  },
  {
    what: "misspelt field: the dispatch's inputs",
    file: "src/adapters/github-app-acts.ts",
    from: "inputs: { incident: String(incident) }",
    to: "input: { incident: String(incident) }",
    tests: APP,
  },
  {
    what: "misspelt field: `force` of the ref's move",
    file: "src/adapters/github-user.ts",
    from: "sha: to, force: false }",
    to: "sha: to, forced: false }",
    tests: RESPOND,
  },
  {
    what: "misspelt field: the parents of the commit",
    file: "src/adapters/github-user.ts",
    from: "parents: [parent] }",
    to: "parent: [parent] }",
    tests: RESPOND,
  },
  {
    what: "misspelt parameter: Auth0's audience",
    file: "src/adapters/auth0-approval.ts",
    from: "            audience,\n",
    to: "            audiences: audience,\n",
    tests: RESPOND,
  },
  {
    what: "misspelt parameter: the push's details",
    file: "src/adapters/auth0-approval.ts",
    from: "{ authorization_details: JSON",
    to: "{ authorisation_details: JSON",
    tests: RESPOND,
  },
  {
    what: "missing permission: rulesets with checks:write",
    file: "src/adapters/github-app-acts.ts",
    from: '{ permission: "administration", method: "POST",',
    to: '{ permission: "checks", method: "POST",',
    tests: APP,
  },
  {
    what: "missing permission: issues with actions:write",
    file: "src/adapters/github-app-acts.ts",
    from: '{ permission: "issues", method: "POST", path, body: issue, isContent: true }',
    to: '{ permission: "actions", method: "POST", path, body: issue, isContent: true }',
    tests: APP,
  },
  {
    what: "missing permission: a scope that RBAC does not give",
    file: "src/adapters/auth0-approval.ts",
    from: "scope: `openid ",
    to: "scope: `openid profile:",
    tests: RESPOND,
  },
  {
    what: "wrong media type: the App accepts HTML",
    file: "src/adapters/github-app-wire.ts",
    from: 'accept: "application/vnd.github+json"',
    to: 'accept: "text/html"',
    tests: APP,
  },
  {
    what: "wrong media type: the App sends text",
    file: "src/adapters/github-app-wire.ts",
    from: '"content-type": "application/json"',
    to: '"content-type": "text/plain"',
    tests: APP,
  },
  {
    what: "wrong media type: the job accepts HTML",
    file: "src/adapters/github-fetch.ts",
    from: 'return format === undefined ? "application/vnd.github+json"',
    to: 'return format === undefined ? "text/html"',
    tests: RESPOND,
  },
  {
    what: "stale token: a revoked token is used again",
    file: "src/adapters/github-app-tokens.ts",
    from: "return (await exchange(installation, body)).token;",
    to: "return (((globalThis as any).kept ??= {})[repoId + permission] ??= (await exchange(installation, body)).token);",
    tests: APP,
  },
  {
    what: "stale token: an App's JWT that lives an hour",
    file: "src/adapters/github-app-tokens.ts",
    from: "const JWT_LIFE_S = 540;",
    to: "const JWT_LIFE_S = 3600;",
    tests: APP,
  },
  {
    what: "stale token: the approval's own token is taken for GitHub's",
    file: "src/adapters/auth0-vault.ts",
    from: "new Secret(released.accessToken)",
    to: "new Secret(accessToken.expose())",
    tests: RESPOND,
  },
];
