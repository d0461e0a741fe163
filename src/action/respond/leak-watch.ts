import type { JobGitHub } from "../../adapters/github-job.ts";
import type { ApprovalServer } from "../../approval/server.ts";
import { type Credential, findLeaks, type Leak, type Outgoing } from "../../kernel/leaks.ts";
import type { Secret } from "../../kernel/secret.ts";
import type { RollbackWriter } from "../../rollback/perform.ts";
import type { JobOutput } from "../context.ts";
import type { Hands } from "./execute.ts";

/**
 * Remembers what this job said and which credentials it held, so that at the end it can be shown that none of them, in no piece
 * and in no disguise, was among it. It must never print what it finds.
 */
export type LeakWatch = {
  know(name: string, secret: Secret): void;
  output(inner: JobOutput): JobOutput;
  github(inner: JobGitHub): JobGitHub;
  server(inner: ApprovalServer): ApprovalServer;
  hands(inner: Hands): Hands;
  leaks(): readonly Leak[];
};

export function createLeakWatch(): LeakWatch {
  const credentials: Credential[] = [];
  const said: Outgoing[] = [];
  const know = (name: string, secret: Secret): void => {
    credentials.push({ name, value: secret.expose() });
  };
  const hear =
    <A extends readonly unknown[], R>(where: string, speak: (...args: A) => R) =>
    (...args: A): R => {
      for (const text of args) if (typeof text === "string") said.push({ where, text });
      return speak(...args);
    };
  const writer = (inner: RollbackWriter): RollbackWriter => ({
    ...inner,
    createCommit: async (commit) => {
      said.push({ where: "commit", text: commit.message });
      return inner.createCommit(commit);
    },
    mergeAsPullRequest: async (pull) => {
      said.push({ where: "pull request", text: JSON.stringify(pull) });
      return inner.mergeAsPullRequest(pull);
    },
  });
  return {
    know,
    output: (inner) => ({
      ...inner,
      line: hear("job log", inner.line),
      warning: hear("job log", inner.warning),
      group: hear("job log", inner.group),
      notice: hear("annotation", inner.notice),
      fail: hear("job log", inner.fail),
      set: hear("output", inner.set),
      summary: hear("summary", inner.summary),
      mask: (secret) => {
        know("Token Vault's token", secret);
        inner.mask(secret);
      },
    }),
    github: (inner) => ({
      ...inner,
      comment: hear("comment", inner.comment),
      editComment: hear("comment", inner.editComment),
    }),
    server: (inner) => ({
      ...inner,
      ask: async (request) => {
        said.push({ where: "push", text: JSON.stringify(request) });
        const answer = await inner.ask(request);
        if (answer.kind === "ok") know("the approval's request id", answer.value.authReqId);
        return answer;
      },
      poll: async (authReqId, signal) => {
        const answer = await inner.poll(authReqId, signal);
        if (answer.kind === "ok") know("the approval's access token", answer.value.accessToken);
        return answer;
      },
    }),
    hands: (inner) => (credential, use) =>
      inner(credential, (ports) => use({ ...ports, writer: writer(ports.writer) })),
    leaks: () => findLeaks(credentials, said),
  };
}
