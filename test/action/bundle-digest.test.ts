import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { bundleDigest } from "../../src/action/respond/bundle-digest.ts";

const dir = mkdtempSync(join(tmpdir(), "sentinel-bundle-"));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("the record says which code acted: another byte in any file is another digest", () => {
  const entry = join(dir, "index.js");
  writeFileSync(entry, "a");
  writeFileSync(join(dir, "12.index.js"), "b");
  writeFileSync(join(dir, "package.json"), "{}");
  const before = bundleDigest(entry);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(bundleDigest(entry)).toBe(before);
  writeFileSync(join(dir, "12.index.js"), "c");
  expect(bundleDigest(entry)).not.toBe(before);
  expect(bundleDigest(join(dir, "main.ts"))).toBeNull();
});
