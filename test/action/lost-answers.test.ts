import { expect, test } from "vitest";
import { comments, given, head, stage } from "./on-stage.ts";

const COMMIT = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";

test("a comment whose answer was lost is found and edited, so that none goes on saying that somebody is waited for", async () => {
  await given();
  stage.github.faults.of("POST /repos/{owner}/{repo}/issues/{issue_number}/comments").failAfter = 1;
  const run = await stage.dispatch();
  await stage.answer("approve");
  expect((await stage.ended(run)).report.outcome).toBe("rolled-back");
  expect(comments().map(({ body }) => body.split("\n")[0])).toEqual([expect.stringContaining("Rolled back")]);
});

test("a yes whose answer was lost is not found again, but a re-run asks anew at once", async () => {
  await given();
  const run = await stage.dispatch();
  await stage.asked();
  stage.auth0.faults.loseAnswer = 1000;
  await stage.answer("approve");
  const isRedeemed = () => stage.auth0.logs.some(({ type }) => type === "ciba_exchange_succeeded");
  await expect.poll(isRedeemed, { timeout: 15_000 }).toBe(true);
  stage.auth0.faults.loseAnswer = 0;
  const { report, log } = await stage.ended(run);
  expect(report, log).toMatchObject({ outcome: "held", reason: "auth0-unavailable" });
  await stage.github.person.rerunFailed(stage.repo, run, "admin");
  await stage.answer("approve");
  const again = await stage.ended(run);
  expect(again.report, again.log).toMatchObject({ attempt: 2, outcome: "rolled-back", revertSha: await head() });
});

test("a rollback that cannot be read back is not told as one that did not run, and a re-run finds it", async () => {
  await given();
  Object.assign(stage.github.faults.of(COMMIT), { failBefore: 1000, failStatus: 403 });
  const run = await stage.dispatch();
  await stage.answer("approve");
  const { report, log } = await stage.ended(run);
  expect(await head()).not.toBe(stage.bad);
  expect(report, log).toMatchObject({
    outcome: "failed",
    reason: "write-unknown",
    approver: "lead",
    revertSha: await head(),
  });
  expect(comments().at(-1)?.body).not.toContain("Nothing was rolled back");
  stage.github.faults.of(COMMIT).failBefore = 0;
  await stage.github.person.rerunFailed(stage.repo, run, "admin");
  expect(await stage.ended(run)).toMatchObject({ report: { outcome: "rolled-back", revertSha: await head() } });
});
