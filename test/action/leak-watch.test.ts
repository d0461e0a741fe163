import { expect, test } from "vitest";
import type { JobOutput } from "../../src/action/context.ts";
import { createLeakWatch } from "../../src/action/respond/leak-watch.ts";
import type { JobGitHub } from "../../src/adapters/github-job.ts";
import type { ApprovalServer } from "../../src/approval/server.ts";
import { Secret } from "../../src/kernel/secret.ts";
import type { RollbackWriter } from "../../src/rollback/perform.ts";
import type { Credential } from "../../src/vault/credential.ts";

const TOKEN = "ghu_Zx81kQpw93LmTyVb27HdRs64";
const PIECE = `…${TOKEN.slice(9, 17)}…`;

/** A watch that knows the token, over parts that do nothing. */
function watched() {
  const watch = createLeakWatch();
  const nothing = () => {};
  const none = async () => {};
  const output: JobOutput = {
    line: nothing,
    warning: nothing,
    group: nothing,
    notice: nothing,
    fail: nothing,
    set: nothing,
    summary: none,
    mask: nothing,
  };
  const github = { comment: async () => 1, editComment: none } as unknown as JobGitHub;
  const server = { ask: async () => ({ kind: "no-answer", why: "" }) } as unknown as ApprovalServer;
  const writer = { createCommit: async () => "c", mergeAsPullRequest: none } as unknown as RollbackWriter;
  const hands = watch.hands((_, use) => use({ writer, recompute: async () => null, afterwards: none }));
  const said = watch.output(output);
  said.mask(new Secret(TOKEN));
  const lend = (use: (writer: RollbackWriter) => Promise<unknown>) =>
    hands({} as Credential, (ports) => use(ports.writer));
  return { watch, output: said, github: watch.github(github), server: watch.server(server), lend };
}

type Watched = ReturnType<typeof watched>;
const commit = { message: PIECE, tree: "", parent: "" };
const pull = { branch: "main", base: "", temporary: "t", commit: "", title: PIECE, message: "" };
const request = { user: "", scope: "", bindingMessage: PIECE, authorizationDetails: null, expiresInS: 1 };

test.each<readonly [string, (sinks: Watched) => unknown]>([
  ["job log", ({ output }) => output.line(PIECE)],
  ["job log", ({ output }) => output.warning(PIECE)],
  ["job log", ({ output }) => output.group(PIECE)],
  ["job log", ({ output }) => output.fail(PIECE)],
  ["annotation", ({ output }) => output.notice("sentinel-report", PIECE)],
  ["output", ({ output }) => output.set("result", PIECE)],
  ["summary", ({ output }) => output.summary(PIECE)],
  ["comment", ({ github }) => github.comment(1, PIECE)],
  ["comment", ({ github }) => github.editComment(1, PIECE)],
  ["push", ({ server }) => server.ask(request)],
  ["commit", ({ lend }) => lend((writer) => writer.createCommit(commit))],
  ["pull request", ({ lend }) => lend((writer) => writer.mergeAsPullRequest(pull))],
])("a piece of a credential in the %s is found, and not printed", async (where, speak) => {
  const sinks = watched();
  await speak(sinks);
  const leaks = sinks.watch.leaks();
  expect(leaks).toEqual([{ credential: "Token Vault's token", where, encoding: "plain" }]);
  expect(JSON.stringify(leaks)).not.toContain(TOKEN.slice(9, 17));
});

test("what has none in it is no leak", async () => {
  const { watch, output } = watched();
  output.line("Plan ABCD-EFGH");
  expect(watch.leaks()).toEqual([]);
});
