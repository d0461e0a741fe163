import { expect, test } from "vitest";
import { holdName, parseHoldName } from "../../src/incident/names.ts";

const SHA = "0123456789ab".padEnd(40, "c");

test.each([
  "main",
  "feature/ünï-код",
  "release#3",
  "x@0123456789ab",
  "a\u00a0b",
  "\u3000",
  "zero\u200bwidth",
  "$(id);`x`",
  "%2f..%00",
  '"quoted"',
])("a hold is found again by its name on a branch called %j", (branch) => {
  for (const incident of [null, 7])
    expect(parseHoldName(holdName(branch, SHA, incident))).toEqual({ branch, badHead: SHA.slice(0, 12), incident });
});

test.each([
  "sentinel hold main",
  "sentinel hold main @0123456789ab #0",
  "sentinel hold main @0123456789ab #07",
  "sentinel hold main @0123456789ab #7 ",
  "sentinel hold main @0123456789ab #7 #8",
  "sentinel hold main @0123456789AB #7",
  "sentinel hold main @0123456789abc #7",
  "sentinel hold main other @0123456789ab #7",
  "sentinel hold  @0123456789ab #7",
  "Sentinel hold main @0123456789ab #7",
  " sentinel hold main @0123456789ab #7",
  "sentinel hold main @0123456789ab #7\n",
  "sentinel hold main @0123456789ab #9007199254740993",
])("%j is no hold of ours", (name) => {
  expect(parseHoldName(name)).toBeNull();
});
