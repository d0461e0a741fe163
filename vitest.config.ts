import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { createTls } from "./drill/tls.ts";

/**
 * Node reads NODE_EXTRA_CA_CERTS only when it starts, so the stand-ins' certificate is made here, before the workers are
 * forked. Tests open their servers with `createTls(process.env.SENTINEL_TLS_DIR)`: the same directory gives the same key.
 */
const tlsDir = mkdtempSync(join(tmpdir(), "sentinel-tls-"));
process.on("exit", () => rmSync(tlsDir, { recursive: true, force: true }));
process.env.NODE_EXTRA_CA_CERTS = (await createTls(tlsDir)).caPath;
process.env.SENTINEL_TLS_DIR = tlsDir;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/fixed-seed.ts"],
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real processes and servers are the rule here: a third worker on two cores only makes timings worse.
    maxWorkers: 2,
    reporters: ["default"],
  },
});
