import { isTaken } from "../incident/remember/orders.ts";
import type { Order } from "../incident/world.ts";
import type { Occasion, Target } from "./gaze.ts";
import type { Log } from "./log.ts";
import type { Looked } from "./look.ts";

/**
 * One look at a branch at a time, however many events ask for one: those that arrive meanwhile share the next. It must never
 * answer an event with a look that began before it.
 */
export type Looks = {
  /** `standing` resolves when the branch is held or needs no hold; `done` when nothing is left to do. */
  ask(target: Target, occasion: Occasion): Asked;
  /** Resolves when no look is under way or waits. No new look by a timer begins after it was called. */
  settle(): Promise<void>;
  readonly underWay: number;
};

export type Asked = { readonly standing: Promise<void>; readonly done: Promise<Looked> };

type RunLook = (target: Target, occasion: Occasion, onStanding: () => void) => Promise<Looked>;
type Waiting = { occasion: Occasion; readonly asked: Asked; readonly start: () => Promise<void> };
type Branch = { running: Promise<void> | null; readonly waiting: Waiting[] };

/** `againMs`: when to look again at what is unfinished; long enough for another replica to finish it. */
export function createLooks(run: RunLook, log: Log, againMs: number): Looks {
  const branches = new Map<string, Branch>();
  const timers = new Set<NodeJS.Timeout>();
  const retries = new Map<string, number>();
  let isSettling = false;

  const ask = (target: Target, occasion: Occasion): Asked => {
    const key = `${target.repo.id} ${target.branch}`;
    const branch = branches.get(key) ?? { running: null, waiting: [] };
    branches.set(key, branch);
    const shared = branch.waiting.find((one) => canShare(one.occasion, occasion));
    if (shared) {
      shared.occasion = merge(shared.occasion, occasion);
      return shared.asked;
    }
    const waiting = prepare(key, target, occasion);
    branch.waiting.push(waiting);
    if (branch.running === null) branch.running = drain(key, branch);
    return waiting.asked;
  };

  const drain = async (key: string, branch: Branch) => {
    for (let next = branch.waiting.shift(); next; next = branch.waiting.shift()) await next.start();
    branch.running = null;
    branches.delete(key);
  };

  const prepare = (key: string, target: Target, occasion: Occasion): Waiting => {
    const standing = Promise.withResolvers<void>();
    const done = Promise.withResolvers<Looked>();
    // A sweep awaits neither; the log has the failure.
    standing.promise.catch(() => {});
    done.promise.catch(() => {});
    const waiting: Waiting = {
      occasion,
      asked: { standing: standing.promise, done: done.promise },
      start: async () => {
        try {
          const looked = await run(target, waiting.occasion, standing.resolve);
          const order = mayBeForgotten(looked, waiting.occasion.order) ? waiting.occasion.order : null;
          if (isUnfinished(looked) || order !== null) lookAgain(key, target, order);
          else retries.delete(key);
          standing.resolve();
          done.resolve(looked);
        } catch (error) {
          log.error(
            { repo: `${target.repo.owner}/${target.repo.name}`, branch: target.branch, err: error },
            "a look failed",
          );
          standing.reject(error);
          done.reject(error);
        }
      },
    };
    return waiting;
  };

  /** Each time later, and not for ever: the sweep comes anyway. */
  const lookAgain = (key: string, target: Target, order: Order | null) => {
    const count = retries.get(key) ?? 0;
    if (isSettling || count >= MOST_RETRIES) return;
    retries.set(key, count + 1);
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        ask(target, { hint: {}, isFailure: false, order });
      },
      againMs * 2 ** count,
    );
    timers.add(timer);
  };

  return {
    ask,
    settle: async () => {
      isSettling = true;
      for (const timer of timers) clearTimeout(timer);
      while (branches.size > 0) await Promise.all([...branches.values()].map(({ running }) => running));
    },
    get underWay() {
      return branches.size;
    },
  };
}

const MOST_RETRIES = 4;

/** Another replica was at it, or something could not be done. */
function isUnfinished(looked: Looked): boolean {
  return looked.kind === "lost-race" || (looked.kind === "done" && looked.world.missed.length > 0);
}

/**
 * What somebody just ordered, another replica that had read the memory before may have written over: it is given again, and
 * is nothing where it is remembered. Not so what asks the responder again, which could lift a "no" that came since.
 */
function mayBeForgotten(looked: Looked, order: Order | null): boolean {
  if (order === null || order.kind === "retry" || order.kind === "rollback" || looked.kind !== "done") return false;
  const memory = looked.world.incident?.stored?.memory;
  return looked.world.order?.comment === order.comment && memory !== undefined && isTaken(memory, order);
}

function canShare(waiting: Occasion, next: Occasion): boolean {
  if (waiting.order !== null || next.order !== null) return false;
  if (!mayBeRedeployed(waiting) && !mayBeRedeployed(next)) return true;
  return waiting.source === next.source && waiting.isFailure === next.isFailure;
}

/** No other look would find it: the revision of a green deployment may be a bad one that is not on the branch any more. */
function mayBeRedeployed({ hint, isFailure }: Occasion): boolean {
  return hint.deployment !== undefined && !isFailure;
}

/** Of green deployments the newest, which is what runs now; the same news once; and the whole branch where they differ. */
function merge(waiting: Occasion, next: Occasion): Occasion {
  if (mayBeRedeployed(next)) return isNewer(waiting, next) ? waiting : next;
  const isFailure = waiting.isFailure || next.isFailure;
  const isSame = waiting.source === next.source && waiting.sha === next.sha;
  return isSame ? { ...next, isFailure } : { hint: {}, isFailure, order: null };
}

/** By the ids that GitHub counts upward, since events arrive in any order. */
function isNewer(one: Occasion, other: Occasion): boolean {
  return (one.hint.deployment ?? 0) > (other.hint.deployment ?? 0);
}
