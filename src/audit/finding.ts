/** What verification found wrong, and where. */
export type Finding = {
  readonly code: FindingCode;
  /** `app`, `app #3`, a commit, a file. */
  readonly where: string;
  readonly says: string;
};

const FINDINGS = {
  "no-record": "There is no record to verify.",
  "unreadable-block": "Something that was a block of the record cannot be read as one any more.",
  "not-an-entry": "This line is not an entry of a record.",
  "not-canonical": "This line says the same as an entry but is not written as one.",
  "wrong-hash": "The entry's content does not give its hash: it was changed.",
  "wrong-link": "The entry does not follow the one before it: something was changed, removed, added or moved.",
  "wrong-sequence": "The entry's number is not the one that belongs here.",
  "wrong-place": "The entry belongs to another chain or incident.",
  "time-runs-back": "The entry is older than the one before it.",
  "wrong-summary": "The block's title does not agree with its entries.",
  "chain-twice": "Two blocks claim to be this chain.",
  "anchor-missing": "An anchor names a head that this record never had: the record was cut off or written anew.",
  "cross-mismatch": "Another chain saw a different head here: one of the two was written anew.",
  "effect-unapproved": "A rollback is recorded without an earlier approval of the same plan.",
  "unknown-plan": "A plan does not give the digest that is recorded for it.",
  "wrong-commit": "The rollback commit is not what was recorded.",
  "wrong-trailer": "The rollback commit's trailers do not agree with the record.",
} as const;

export type FindingCode = keyof typeof FINDINGS;

export function finding(code: FindingCode, where: string, more = ""): Finding {
  return { code, where, says: more === "" ? FINDINGS[code] : `${FINDINGS[code]} ${more}` };
}
