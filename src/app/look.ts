import type { GitHubApp, Powers } from "../adapters/github-app.ts";
import { advance, type Done } from "../incident/advance.ts";
import { type Command, nameOf } from "../incident/command.ts";
import { decide } from "../incident/decide.ts";
import { PAGE_MISSED, SLACK_MISSED } from "../incident/missed.ts";
import type { Reason } from "../incident/reason.ts";
import type { World } from "../incident/world.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { type SlackVoice, withNotices } from "./facts.ts";
import type { Eyes, Occasion, Target } from "./gaze.ts";
import type { Log } from "./log.ts";
import { observe } from "./observe.ts";
import { type Hands, perform } from "./perform.ts";

/**
 * One look at a branch: observe once, then decide and act until nothing is left to do. What was done is folded into what was
 * seen, so that nothing is read twice. It must never act on anything but what `decide` says.
 */
export type LookPorts = {
  readonly eyes: Eyes;
  readonly github: GitHubApp;
  readonly slack: SlackVoice | null;
  readonly clock: Clock;
  readonly log: Log;
  /** What was seen, and again after everything that was done. */
  readonly onSeen: (world: World) => void;
  readonly onPerformed: (command: Command["do"], did: string) => void;
};

export type Looked =
  | { readonly kind: "done"; readonly world: World; readonly did: readonly string[] }
  | { readonly kind: "nothing"; readonly why: Reason | "branch-gone" }
  /** Another replica is at work on this branch; look again a little later. */
  | { readonly kind: "lost-race" };

/** Far more than any real chain of commands. */
const MOST_ROUNDS = 16;

/** `onStanding` is called once the branch is held, or needs no hold: from then on a crash loses nothing. */
export async function look(
  ports: LookPorts,
  target: Target,
  occasion: Occasion,
  onStanding: () => void,
): Promise<Looked> {
  const { github, eyes, slack } = ports;
  const powers = github.powers(target.installation, target.repo.id);
  try {
    // Beside the confirming read, so that the hold need not wait for it.
    if (occasion.isFailure) powers.prepare("administration");
    const observed = await observe(eyes, target, occasion);
    if (observed.kind === "nothing") {
      onStanding();
      return observed;
    }
    if (observed.kind === "busy") return { kind: "lost-race" };
    const hands: Hands = { github: github.reader(target.installation), powers, slack, appId: eyes.appId };
    return await act(ports, hands, observed.world, onStanding);
  } finally {
    await powers.end();
  }
}

async function act(ports: LookPorts, hands: Hands, seen: World, onStanding: () => void): Promise<Looked> {
  const did: string[] = [];
  const settled = new Set<string>();
  let world = seen;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    world = withNotices(world, ports.slack);
    ports.onSeen(world);
    const commands = decide(world, isoTime(ports.clock.now()), (one) => !settled.has(nameOf(one)));
    if (commands.length === 0) {
      onStanding();
      return { kind: "done", world, did };
    }
    if (!mayBeLost(world, commands)) onStanding();
    const attempts = commands.map((one) => attempt(ports, hands, world, one));
    prepareFor(hands.powers, commands);
    const results = await Promise.all(attempts);
    for (const [at, done] of results.entries()) {
      const command = commands[at];
      if (command === undefined) continue;
      ports.onPerformed(command.do, done.did);
      if (done.did === "lose-race") return { kind: "lost-race" };
      if (done.did === "miss" || ONCE.has(command.do)) settled.add(nameOf(command));
      if (done.did !== "miss") did.push(nameOf(command));
      world = advance(world, done);
    }
  }
  throw new Error(`invariant: ${MOST_ROUNDS} rounds for one look: ${did.join(", ")}`);
}

/** No sweep would come by it again, so until it is done GitHub must keep the event to deliver once more. */
function mayBeLost({ isRedeployed }: World, commands: readonly Command[]): boolean {
  return isRedeployed || commands.some((one) => one.do === "hold-branch");
}

/** Done in one look at most once, whatever comes of it. */
const ONCE: ReadonlySet<Command["do"]> = new Set<Command["do"]>([
  "check-responder",
  "dispatch-responder",
  "confirm-by-rerun",
  "rerun-responder",
  "report-shadow",
]);

/** While the hold is being made, what follows it gets its tokens. */
function prepareFor(powers: Powers, commands: readonly Command[]): void {
  if (commands.some((one) => one.do === "hold-branch")) powers.prepare("issues", "checks", "actions");
}

/** Everything but the hold may fail without ending the look; the next look tries again. */
async function attempt(ports: LookPorts, hands: Hands, world: World, command: Command): Promise<Done> {
  const about = { repo: `${world.repo.owner}/${world.repo.name}`, branch: world.branch, command: nameOf(command) };
  try {
    const done = await perform(hands, world, command);
    ports.log.info({ ...about, did: done.did }, "performed");
    return done;
  } catch (error) {
    ports.log.warn({ ...about, err: error }, "could not perform");
    if (command.do === "hold-branch") throw error;
    return { did: "miss", what: MISSED[command.do] ?? command.do };
  }
}

const MISSED: Readonly<Partial<Record<Command["do"], string>>> = {
  "tell-slack": SLACK_MISSED,
  "update-page": PAGE_MISSED,
  "check-responder": "the responder's branch could not be read",
  "assign-people": "nobody could be assigned",
  "dispatch-responder": "the responder could not be started",
  "rerun-responder": "the responder could not be run again",
  "cancel-responder": "the responder could not be cancelled",
  "verify-hold": "the hold could not be read back",
  "tell-of-move": "people could not be told who moved the branch past the hold",
  "name-hold": "the hold could not be named after the incident",
  "release-branch": "the hold could not be released",
};
