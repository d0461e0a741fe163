import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/**
 * What our adapters may rely on of each service, one suite per port. `npm run contract` runs them against the stand-ins;
 * `npm run contract:live` runs the same ones against the real services whose credentials are in the environment.
 */
export default defineConfig(({ mode }) => ({
  ...base,
  test: {
    ...("test" in base ? base.test : {}),
    include: ["test/contract/**/*.contract.ts"],
    env: { SENTINEL_CONTRACT: mode === "live" ? "live" : "stand-in" },
    // A person answers on a real phone, and one after the other.
    ...(mode === "live" ? { testTimeout: 180_000, fileParallelism: false } : {}),
  },
}));
