import { expect, test } from "vitest";
import type { Reader } from "../../src/adapters/github-app.ts";
import { roleOf } from "../../src/adapters/github-app-role.ts";

const repo = { id: 7, owner: "acme", name: "shop", url: "https://github.example/acme/shop", defaultBranch: "main" };

/** The stand-in has GitHub's own roles alone, so this answers as GitHub does for an organisation's. */
const answering = (answer: unknown): Reader => ({
  get: async (_path, shape) => shape.parse(answer),
  find: async (_path, shape) => shape.parse(answer),
  ownLogin: async () => "sentinel[bot]",
});

test.each([
  [{ permission: "write", role_name: "maintain" }, "maintain"],
  [{ permission: "read", role_name: "triage" }, "triage"],
  [{ permission: "write", role_name: "release engineer" }, "write"],
  [{ permission: "read", role_name: "support" }, "read"],
  [{ permission: "admin", role_name: null }, "admin"],
])("whom GitHub says %j of has the role %s", async (answer, role) => {
  expect(await roleOf(answering(answer), repo, "someone")).toBe(role);
});
