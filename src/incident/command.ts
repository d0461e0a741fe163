import type { Sha } from "../kernel/sha.ts";
import type { Memory } from "./memory.ts";
import type { Reason } from "./reason.ts";
import type { Move, Signal } from "./world.ts";

/** What to do next, decided by `decide` and done by the host. Each carries what it was decided on. */
export type Command =
  | { readonly do: "hold-branch"; readonly head: Sha; readonly bypass: readonly number[]; readonly reason: string }
  | { readonly do: "verify-hold"; readonly id: number; readonly bypass: readonly number[] }
  | { readonly do: "remove-twin"; readonly id: number }
  | { readonly do: "check-responder" }
  | { readonly do: "open-incident"; readonly draft: Memory }
  | { readonly do: "remember"; readonly checkRunId: number | null; readonly memory: Memory }
  | { readonly do: "name-hold"; readonly id: number; readonly badHead: Sha; readonly incident: number }
  | { readonly do: "dispatch-responder"; readonly incident: number }
  | { readonly do: "confirm-by-rerun"; readonly run: number }
  | { readonly do: "rerun-responder"; readonly run: number }
  | { readonly do: "cancel-responder"; readonly run: number }
  | { readonly do: "assign-people"; readonly memory: Memory }
  | { readonly do: "call-people"; readonly memory: Memory; readonly since: string }
  | { readonly do: "tell-of-move"; readonly memory: Memory; readonly move: Move }
  | { readonly do: "update-page"; readonly memory: Memory }
  | { readonly do: "tell-slack"; readonly memory: Memory }
  | { readonly do: "release-branch"; readonly id: number; readonly reason: string }
  | { readonly do: "close-incident"; readonly incident: number }
  | { readonly do: "reopen-incident"; readonly incident: number }
  | { readonly do: "close-twin"; readonly twin: number; readonly incident: number }
  | { readonly do: "report-shadow"; readonly head: Sha; readonly signal: Signal; readonly reason: Reason };

/** One line that is the same for the same command, for logs and to try nothing twice in one look. */
export function nameOf(command: Command): string {
  switch (command.do) {
    case "verify-hold":
    case "remove-twin":
    case "name-hold":
    case "release-branch":
      return `${command.do} ${command.id}`;
    case "tell-of-move":
      return `${command.do} ${command.move.suite}`;
    case "close-twin":
      return `${command.do} ${command.twin}`;
    default:
      return command.do;
  }
}
