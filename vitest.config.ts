import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defineConfig } from "vitest/config";

/**
 * Node reads NODE_EXTRA_CA_CERTS only when it starts, so the stand-ins' certificate is made here, before the workers are
 * forked. Tests open their servers with `createTls(process.env.SENTINEL_TLS_DIR)`: the same directory gives the same key.
 */
const tls = join(import.meta.dirname, "drill/tls.ts");
if (existsSync(tls)) {
  const dir = mkdtempSync(join(tmpdir(), "sentinel-tls-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  const { createTls } = await import(pathToFileURL(tls).href);
  const { caPath }: { caPath: string } = await createTls(dir);
  process.env.NODE_EXTRA_CA_CERTS = caPath;
  process.env.SENTINEL_TLS_DIR = dir;
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    pool: "forks",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real processes and servers are the rule here: a third worker on two cores only makes timings worse.
    maxWorkers: 2,
    reporters: ["default"],
  },
});
