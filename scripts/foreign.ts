import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createJournal } from "../drill/journal.ts";
import { openStandIns } from "../drill/standins/open.ts";
import { APP_TOKEN, appTokenIsMinted, CHECKOUT, commitIsCheckedOut, deployIsLocked, LOCK } from "./foreign/actions.ts";
import { gitIsRefused } from "./foreign/git.ts";
import { openidClientAsks } from "./foreign/openid.ts";

/**
 * `npm run standins:foreign [-- --app-token DIR --lock DIR --checkout DIR]`: programs of other people, unchanged, against the
 * stand-ins. It fetches nothing: published Actions are given as checkouts, and what is not there is skipped with a notice.
 */
const { values } = parseArgs({
  options: { "app-token": { type: "string" }, lock: { type: "string" }, checkout: { type: "string" } },
});
const appToken = pathOf(values["app-token"]);
const lock = pathOf(values.lock);
const checkout = pathOf(values.checkout);
const given = Object.entries({ [APP_TOKEN]: appToken, [LOCK]: lock, [CHECKOUT]: checkout });

const dir = await mkdtemp(join(tmpdir(), "sentinel-foreign-"));
const standIns = await openStandIns({
  journal: createJournal(),
  dir: join(dir, "stand-ins"),
  pollSeconds: 1,
  actions: Object.fromEntries(given.flatMap(([uses, path]) => (path === null ? [] : [[uses, { dir: path }]]))),
});
try {
  const checks = [
    openidClientAsks,
    appTokenIsMinted(appToken),
    deployIsLocked(lock),
    commitIsCheckedOut(checkout),
    // Comes last: it leaves the branch held.
    gitIsRefused,
  ];
  for (const check of checks) {
    const missing = check.missing();
    if (missing !== null) {
      console.log(`SKIPPED ${check.name}: ${missing}`);
      continue;
    }
    try {
      console.log(`ok      ${check.name}: ${await check.run(standIns, dir)}`);
    } catch (error) {
      console.log(`FAILED  ${check.name}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  for (const problem of standIns.github.problems()) {
    console.log(`FAILED  the stand-in GitHub was asked what it does not know: ${problem}`);
    process.exitCode = 1;
  }
} finally {
  standIns.github.forgetProblems();
  await standIns.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

function pathOf(given: string | undefined): string | null {
  return given === undefined || given === "" ? null : resolve(given);
}
