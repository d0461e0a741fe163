import { emitKeypressEvents } from "node:readline";
import { RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import type { Auth0, Decision, PhoneRequest } from "../auth0/types.ts";
import type { Arguments } from "./arguments.ts";
import { ADMIN } from "./seed.ts";
import type { Stage } from "./stage.ts";
import type { Teller } from "./teller.ts";

/** What the phone does when a push arrives. A person answers on the page or by key; the other answers are scripted. */
export type Answering = {
  /** When the phone answered, in the timeline's milliseconds; null when it has not. */
  answeredAt(): number | null;
  /** Pushes that reached the phone. */
  asked(): number;
  /** Settles what was begun; throws when an answer could not be given. */
  finish(): Promise<void>;
  /** Listens to nobody any more: whoever listens to the keys keeps the process alive. */
  stop(): void;
};

type Say = (line: string) => void;

export function answerPushes(args: Arguments, stage: Stage, now: () => number, teller: Teller): Answering {
  const say = teller.note;
  const { auth0 } = stage;
  let asked = 0;
  let answeredAt: number | null = null;
  const begun: Promise<void>[] = [];
  const answer = async (request: PhoneRequest, decision: Decision) => {
    if (!auth0?.inbox().some((waiting) => waiting.id === request.id)) return;
    say(`${decision === "approve" ? "Approved" : "Denied"} by a button: no biometric was taken in this rehearsal.`);
    await auth0.decide(request.id, decision, "button");
  };
  const forgetKeys = args.answer === "ask" && auth0 ? listenToKeys(auth0, answer) : () => {};
  const forgetPhone = auth0?.onRequest((request, event) => {
    if (event !== "arrived") {
      answeredAt = now();
      teller.answered(event);
      return;
    }
    asked += 1;
    teller.asked(request.user.name, request.bindingMessage, request.expiresAt);
    if (args.answer === "ask")
      say(`Open ${auth0.phoneUrl} and approve or deny, or press a (approve) or d (deny) here.`);
    begun.push(ANSWER[args.answer](stage, (decision) => answer(request, decision), say));
  });
  const stop = () => {
    forgetKeys();
    forgetPhone?.();
  };
  return {
    answeredAt: () => answeredAt,
    asked: () => asked,
    finish: async () => {
      stop();
      await Promise.all(begun);
    },
    stop,
  };
}

type Script = (stage: Stage, decide: (decision: Decision) => Promise<void>, say: Say) => Promise<void>;

const ANSWER: Readonly<Record<Arguments["answer"], Script>> = {
  ask: async () => {},
  ignore: async (_stage, _decide, say) => say("Nobody looks at the phone."),
  approve: (_stage, decide) => decide("approve"),
  deny: (_stage, decide) => decide("deny"),
  late: async (stage, decide, say) => {
    const { github, repo } = stage;
    const run = github.state.runs(repo).find((one) => one.path === RESPONDER_WORKFLOW && one.status !== "completed");
    if (!run) throw new Error("invariant: a push without a run that asked for it");
    await commentCarriesRequest(stage);
    say("The job is cancelled while it waits.");
    await github.person.cancelRun(repo, run.id);
    await decide("approve");
    say("The approval came late. The failed job is run again.");
    await github.person.rerunFailed(repo, run.id, ADMIN);
  },
};

/** The job writes what a re-run needs right after the push; a person who cancels is never quicker than that. */
async function commentCarriesRequest({ github, repo }: Stage): Promise<void> {
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    if (
      github.state
        .issues(repo)
        .some((issue) => issue.comments.some((comment) => comment.author === "github-actions[bot]"))
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function listenToKeys(auth0: Auth0, answer: (request: PhoneRequest, decision: Decision) => Promise<void>): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.resume();
  const onKey = (_text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key.ctrl && key.name === "c") process.kill(process.pid, "SIGINT");
    const [request] = auth0.inbox();
    if (request && key.name === "a") void answer(request, "approve");
    if (request && key.name === "d") void answer(request, "deny");
  };
  stdin.on("keypress", onKey);
  return () => {
    stdin.off("keypress", onKey);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
