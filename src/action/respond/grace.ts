import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Desk } from "./desk.ts";
import { NOTHING } from "./end.ts";
import type { Run } from "./gate.ts";
import type { Ledger } from "./ledger.ts";

/**
 * The end of a job that was cancelled while a call hangs. GitHub's runner kills ten seconds after its first word, and people are
 * to be told before. It must never cut a write short: where the approver's token was released, what comes of it is waited for.
 */
export async function cutShort(signal: AbortSignal, ledger: Ledger, desk: Desk): Promise<Run> {
  if (!signal.aborted) await once(signal, "abort");
  await delay(PATIENCE_MS, undefined, { ref: false });
  if (ledger.entries().some(({ kind }) => kind === "credential")) return new Promise(() => {});
  const { plan, asks, sealed } = desk.known();
  return { end: { ...NOTHING, reason: "cancelled", plan, asks }, sealed };
}

/** What is left of the ten seconds is for the words. */
const PATIENCE_MS = 4_000;
