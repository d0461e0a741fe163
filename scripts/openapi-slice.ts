import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sliceRest, sliceWebhooks } from "../drill/github/contract/slice.ts";
import { ROUTES } from "../drill/github/routes.ts";

/**
 * Cuts what the stand-in GitHub uses out of GitHub's own description of its REST API and webhooks. The packages are fetched
 * on demand into a throw-away directory (385 MB unpacked, so they are nobody's dependency); the slice is kept.
 *
 *     node scripts/openapi-slice.ts
 */

const REST = "@octokit/openapi@23.0.2";
const WEBHOOKS = "@octokit/openapi-webhooks@12.1.0";
const DESCRIPTION = "package/generated/api.github.com.json";
const TARGET = new URL("../drill/github/openapi.slice.json", import.meta.url);

const dir = mkdtempSync(join(tmpdir(), "openapi-slice-"));
try {
  const rest = sliceRest(
    describe(REST),
    ROUTES.map(({ operation }) => operation),
  );
  const webhooks = sliceWebhooks(describe(WEBHOOKS));
  const slice = {
    from: { rest: REST, webhooks: WEBHOOKS },
    operations: rest.operations,
    schemas: rest.schemas,
    webhooks: webhooks.webhooks,
    webhookSchemas: webhooks.schemas,
  };
  writeFileSync(TARGET, `${JSON.stringify(slice)}\n`);
  console.log(
    `${Object.keys(slice.operations).length} operations, ${Object.keys(slice.schemas).length} schemas, ` +
      `${Object.keys(slice.webhooks).length} webhooks, ${Object.keys(slice.webhookSchemas).length} schemas of theirs`,
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}

function describe(spec: string): unknown {
  const [packed = ""] = execFileSync("npm", ["pack", spec, "--silent"], { cwd: dir, encoding: "utf8" })
    .trim()
    .split("\n");
  execFileSync("tar", ["-xzf", packed, DESCRIPTION], { cwd: dir });
  return JSON.parse(readFileSync(join(dir, DESCRIPTION), "utf8"));
}
