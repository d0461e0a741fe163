import type { JobGitHub } from "../../adapters/github-job.ts";
import type { ApprovalServer } from "../../approval/server.ts";
import { type Credential, findLeaks, type Leak, type Outgoing } from "../../kernel/leaks.ts";
import type { Secret } from "../../kernel/secret.ts";
import type { JobOutput } from "../context.ts";

/**
 * Remembers what this job said and which credentials it held, so that at the end it can be shown that none of them, in no piece
 * and in no disguise, was among it. It must never print what it finds.
 */
export type LeakWatch = {
  know(name: string, secret: Secret): void;
  output(inner: JobOutput): JobOutput;
  github(inner: JobGitHub): JobGitHub;
  server(inner: ApprovalServer): ApprovalServer;
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
  return {
    know,
    output: (inner) => ({
      ...inner,
      line: hear("job log", inner.line),
      warning: hear("job log", inner.warning),
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
    leaks: () => findLeaks(credentials, said),
  };
}
