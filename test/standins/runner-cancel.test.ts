import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { begin, linesOf, oneJob, tiny } from "./runner/play.ts";

const WAITING = "setInterval(() => {}, 1000); console.log('waiting');";

test("a cancel interrupts the process first, so that it can say goodbye", async () => {
  const { execution, played, saw } = begin(
    oneJob(`
${tiny(`
process.on("SIGINT", () => { put("GITHUB_STEP_SUMMARY", "abandoned"); console.log("bye"); process.exit(0); });
${WAITING}
`)}
- run: echo never
- { if: cancelled(), run: echo cleaned up }
`),
  );
  await saw("waiting");
  await execution.cancel();
  const { conclusion, jobs } = await played;
  expect(conclusion).toBe("cancelled");
  expect(jobs.only?.conclusion).toBe("cancelled");
  expect(jobs.only?.summary).toBe("abandoned\n");
  expect(linesOf(jobs.only?.log)).toEqual(expect.arrayContaining(["bye", "cleaned up"]));
  expect(linesOf(jobs.only?.log)).not.toContain("never");
});

test("a process that heeds no signal is killed, with all it started", async () => {
  const { execution, played, saw } = begin(
    oneJob(
      tiny(`
import { spawn } from "node:child_process";
const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => console.log("heard", name));
console.log("grandchild", child.pid);
${WAITING}
`),
    ),
    { grace: { interruptMs: 200, terminateMs: 200 } },
  );
  await saw("waiting");
  await execution.cancel();
  const { jobs } = await played;
  const lines = linesOf(jobs.only?.log);
  expect(lines.filter((line) => line.startsWith("heard"))).toEqual(["heard SIGINT", "heard SIGTERM"]);
  const grandchild = Number(lines.find((line) => line.startsWith("grandchild"))?.split(" ")[1]);
  await expect.poll(() => isAlive(grandchild)).toBe(false);
});

test("after a cancel only what asks for it starts, and runs to its end", async () => {
  const { execution, played, saw } = begin(
    `
on: workflow_dispatch
jobs:
  first:
    runs-on: x
    steps: [{ run: echo waiting; exec sleep 30 }]
  second: { runs-on: x, needs: first, steps: [{ run: echo never }] }
  last: { runs-on: x, needs: second, if: always(), steps: [{ run: echo last }] }
  after: { runs-on: x, needs: last, if: 'true', steps: [{ run: echo never }] }
`,
    { grace: { interruptMs: 200, terminateMs: 200 } },
  );
  await saw("waiting");
  await execution.cancel();
  const { conclusion, jobs } = await played;
  expect(conclusion).toBe("cancelled");
  expect(Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.conclusion]))).toEqual({
    first: "cancelled",
    second: "cancelled",
    last: "success",
    after: "cancelled",
  });
  expect(linesOf(jobs.last?.log)).toContain("last");
});

/** A zombie counts as gone: nobody may be there to collect it. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
