import type { StandIns } from "../../drill/standins/open.ts";

/** One program of other people, run unchanged against the stand-ins. */
export type ForeignCheck = {
  readonly name: string;
  /** Null when it can run; else why it is skipped. */
  missing(): string | null;
  /** What was seen, in one line. Throws when the program did not get what it gets from the real service. */
  run(standIns: StandIns, dir: string): Promise<string>;
};

export function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not as expected: ${what}`);
}
