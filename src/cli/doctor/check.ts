/** One thing a newcomer can get wrong: whether it is right, and if not, exactly what to do. */
export type Check = {
  readonly id: string;
  readonly state: "right" | "wrong" | "unknown";
  readonly says: string;
  /** What to do; null when nothing is. */
  readonly cure: string | null;
};

export function check(id: string, isRight: boolean | null, says: string, cure: string): Check {
  const state = isRight === null ? "unknown" : isRight ? "right" : "wrong";
  return { id, state, says, cure: isRight === true ? null : cure };
}

const MARKS = { right: "ok     ", wrong: "WRONG  ", unknown: "?      " } as const;

export function printChecks(checks: readonly Check[]): string {
  return checks
    .map(({ id, state, says, cure }) => `${MARKS[state]}${id}: ${says}${cure === null ? "" : `\n       → ${cure}`}\n`)
    .join("");
}
