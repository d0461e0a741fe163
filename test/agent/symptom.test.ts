import { describe, expect, test } from "vitest";
import { anomalies } from "../../src/agent/symptom/anomalies.ts";
import { cleanLog } from "../../src/agent/symptom/clean-log.ts";
import { cutFailure } from "../../src/agent/symptom/cut-failure.ts";
import { readSymptom } from "../../src/agent/symptom/symptom.ts";
import { failingTests, stackFrames } from "../../src/agent/symptom/traces.ts";

describe("a job log", () => {
  test("loses the runner's timestamps, colours and marks, and what cannot be seen", () => {
    const raw = [
      "\ufeff2026-11-23T08:00:00.1234567Z ##[group]Run npm test",
      "2026-11-23T08:00:01Z \u001b[31;1mfailed\u001b[0m\u200b here\r",
      "2026-11-23T08:00:01.1+02:00 ##[error]Process completed with exit code 1.",
      "2026-11-23T08:00:02.0000000Z \u001b]0;title\u0007done\u202e",
    ].join("\n");
    expect(cleanLog(raw).filter((line) => line !== "")).toEqual([
      "▸ Run npm test",
      "failed here",
      "##[error]Process completed with exit code 1.",
      "done",
    ]);
  });

  test("is kept whole when short, else cut around the first and the last failure", () => {
    expect(cutFailure(["a", "", "b"], 100)).toBe("a\nb");
    const lines = Array.from({ length: 5000 }, (_, i) => `ok line ${i}`);
    lines[700] = "TypeError: total is not a function";
    lines[3000] = "warning: an error that matters less";
    lines[4900] = "##[error]Process completed with exit code 1.";
    const cut = cutFailure(lines, 1500);
    expect(cut.length).toBeLessThanOrEqual(1500);
    expect(cut).toContain("TypeError: total");
    expect(cut).toContain("ok line 699");
    expect(cut).toContain("##[error]Process completed");
    expect(cut).not.toContain("ok line 2000");
  });

  test("what only a failure prints goes before many words that may mean little", () => {
    const lines = Array.from({ length: 3000 }, (_, i) => (i % 40 === 0 ? `warning: missing field ${i}` : `ok ${i}`));
    lines[1500] = "AssertionError: expected 1 to be 2";
    expect(cutFailure(lines, 1200)).toContain("AssertionError");
  });

  test("without a word of failure leaves its end", () => {
    const lines = Array.from({ length: 900 }, (_, i) => `step ${i}`);
    expect(cutFailure(lines, 60).split("\n").at(-1)).toBe("step 899");
  });

  test("of twenty megabytes, or of one endless line, is read in no time", () => {
    const start = Date.now();
    const long = `${"a.b.c/d-e ".repeat(200)}\n`.repeat(10_000);
    const jobs = [long, "x".repeat(20_000_000), `${"(".repeat(590)}\n`.repeat(5000), "a.".repeat(2_000_000)];
    for (const log of jobs)
      readSymptom([{ name: "j", workflow: "w", url: null, log: `${log}\nError: last`, annotations: [] }], null);
    expect(Date.now() - start).toBeLessThan(10_000);
  });
});

test.each([
  ["node", "    at charge (file:///home/runner/work/shop/shop/pay/charge.js:2:23)", "pay/charge.js", 2],
  ["node without a name", "    at /app/src/index.ts:10:5", "src/index.ts", 10],
  ["python", '  File "/home/runner/work/api/api/app/models.py", line 41, in save', "app/models.py", 41],
  ["go", "\tpkg/kubernetes/kubernetes.go:73 +0x1d", "pkg/kubernetes/kubernetes.go", 73],
  ["go test", "    client_test.go:19: want 1, got 2", "client_test.go", 19],
  ["java", "\tat com.acme.Pay.charge(Pay.java:12)", "Pay.java", 12],
  ["rust", "  --> src/main.rs:4:5", "src/main.rs", 4],
  ["ruby", "./lib/pay.rb:7:in `charge'", "lib/pay.rb", 7],
  ["tsc", "src/app/main.ts(5,1): error", null, 0],
  ["c", "src/pay.c:9:3: error: expected ';'", "src/pay.c", 9],
])("a stack frame of %s names file and line", (_, line, path, number) => {
  expect(stackFrames([line])).toEqual(path === null ? [] : [{ path, line: number }]);
});

test("frames of the language and of dependencies are no frames of ours", () => {
  const lines = [
    "    at node:internal/modules/run_main:101:5",
    "    at run (/home/runner/work/a/a/node_modules/x/y.js:1:1)",
    '  File "/usr/lib/python3.12/json/__init__.py", line 3, in loads',
    "2026-01-01 12:34:56 http://example.com:8080 1.2.3.4:80",
  ];
  expect(stackFrames(lines)).toEqual([]);
});

test.each([
  ["go", "--- FAIL: TestClient/in_cluster (0.00s)", "TestClient/in_cluster"],
  ["pytest", "FAILED tests/test_pay.py::test_tax - assert 1 == 2", "tests/test_pay.py::test_tax"],
  ["jest", "  ● pay › adds tax", "pay › adds tax"],
  ["node:test", "✖ charge adds tax (3.1ms)", "charge adds tax"],
  ["vitest", " FAIL  test/pay.test.ts > pay > adds tax", "test/pay.test.ts > pay > adds tax"],
  ["tap", "not ok 3 - adds tax # time=3ms", "adds tax"],
  ["cargo", "test pay::adds_tax ... FAILED", "pay::adds_tax"],
  ["gradle", "PayTest > adds tax() FAILED", "PayTest > adds tax()"],
  ["rspec", "rspec ./spec/pay_spec.rb:4 # Pay adds tax", "./spec/pay_spec.rb:4"],
])("a failing test of %s is named", (_, line, name) => {
  expect(failingTests([line])).toEqual([name]);
});

test.each([
  ["error_rate: baseline 0.2 %, observed 7.4 %", { metric: "error_rate", baseline: "0.2 %", observed: "7.4 %" }],
  ["p99 latency observed=900ms baseline=120ms", { metric: "p99 latency", baseline: "120ms", observed: "900ms" }],
  ["http.errors (baseline 3, actual 250)", { metric: "http.errors", baseline: "3", observed: "250" }],
])("a measurement off its baseline is read: %s", (line, anomaly) => {
  expect(anomalies([line, "baseline unknown"])).toEqual([anomaly]);
});

test("the headline is the error, not the runner's last word; machines at fault are noticed only in their own words", () => {
  const job = (log: string) => readSymptom([{ name: "deploy", workflow: "w", url: null, log, annotations: [] }], null);
  const fault = job("▸ Run npm start\nTypeError: boom is not a function\n##[error]Process completed with exit code 1.");
  expect(fault.headline).toBe("TypeError: boom is not a function");
  expect(fault.signal.text).not.toContain("exit code");
  expect(fault.infrastructure).toEqual([]);
  expect(job("Error: write ENOSPC: No space left on device").infrastructure).toHaveLength(1);
  expect(job("Error: our own service is unavailable").infrastructure).toEqual([]);
});
