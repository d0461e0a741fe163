import { createInterface } from "node:readline/promises";
import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import type { Tenant } from "../adapters/auth0-management.ts";
import type { TenantWishes } from "../adapters/auth0-tenant-facts.ts";
import { peopleIn, publicPem, readKey, readManagement, readText, readWishes, SETTINGS } from "./settings.ts";
import { setupGitHub } from "./setup/repository.ts";
import type { Step } from "./setup/tenant.ts";

type Env = Readonly<Record<string, string | undefined>>;

const USAGE = `usage: sentinel setup auth0 [--policy FILE] [--yes]
       sentinel setup github --repo OWNER/NAME [--yes]

${SETTINGS}`;

/** `sentinel setup auth0 | github`: says what it will do, asks, does it, and finds nothing to do the second time. */
export async function setupCommand(
  args: readonly string[],
  out: Pick<Writable, "write">,
  env: Env = process.env,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      yes: { type: "boolean" },
      policy: { type: "string" },
      repo: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    out.write(USAGE);
    return 0;
  }
  const confirm = values.yes ? async () => true : ask;
  if (positionals[0] === "auth0") return setupAuth0(values.policy, confirm, out, env);
  if (positionals[0] === "github" && values.repo) return setupGitHub(values.repo, confirm, out, env);
  out.write(USAGE);
  return 2;
}

async function setupAuth0(
  policyFile: string | undefined,
  confirm: () => Promise<boolean>,
  out: Pick<Writable, "write">,
  env: Env,
): Promise<number> {
  const policy = policyFile === undefined ? { people: [], problems: [] } : peopleIn(readText(policyFile, "--policy"));
  if (policy.problems.length > 0) {
    out.write(`--policy: ${policyFile} cannot be used:\n${policy.problems.map((line) => `  ${line}\n`).join("")}`);
    return 2;
  }
  const wishes = readWishes(env, policy);
  const key = readKey(env, "SENTINEL_AUTH0_PRIVATE_KEY");
  const management = wishes && readManagement(env, wishes.domain);
  if (!wishes || !key || !management) {
    const unset = [
      ...(wishes ? [] : ["SENTINEL_AUTH0_DOMAIN: the tenant, such as acme.eu.auth0.com"]),
      ...(key
        ? []
        : ["SENTINEL_AUTH0_PRIVATE_KEY_PATH: a key made with `openssl genpkey -algorithm RSA -out private-key.pem`"]),
      ...(management || !wishes
        ? []
        : ["AUTH0_MANAGEMENT_TOKEN: from the dashboard, Applications → APIs → Auth0 Management API → API Explorer"]),
    ];
    out.write(`Not set:\n${unset.map((line) => `  ${line}\n`).join("")}\n${SETTINGS}`);
    return 2;
  }
  // Auth0's SDK takes half a second to load.
  const [{ connectTenant }, { settingsLeft, tenantSteps }] = await Promise.all([
    import("../adapters/auth0-management.ts"),
    import("./setup/tenant.ts"),
  ]);
  const tenant = connectTenant(management);
  const facts = await tenant.observe(wishes, null);
  if ("kind" in facts) {
    out.write(`${facts.says}\n→ ${facts.cure}\n`);
    return 1;
  }
  const steps = tenantSteps(facts, wishes, publicPem(key));
  if (steps.length === 0) return say(out, `${wishes.domain} is set up; nothing to do.\n${settingsLeft(facts, wishes)}`);
  out.write(`On ${wishes.domain} this will:\n${steps.map(({ says }) => `  - ${says}\n`).join("")}`);
  if (!(await confirm())) return say(out, "Nothing was done.\n");
  const isDone = await takeSteps(steps, tenant, wishes, out);
  const after = await tenant.observe(wishes, null);
  if (!("kind" in after)) out.write(settingsLeft(after, wishes));
  return isDone ? 0 : 1;
}

/** Whether all were taken; the first that Auth0 refuses ends it, and the next run begins there. */
async function takeSteps(
  steps: readonly Step[],
  tenant: Tenant,
  wishes: TenantWishes,
  out: Pick<Writable, "write">,
): Promise<boolean> {
  for (const { says, run } of steps) {
    try {
      await run(tenant);
    } catch (error) {
      const why = tenant.why(error, wishes);
      out.write(
        `not done: ${says}\n  ${why.says}\n→ ${why.cure} What is done stays done; run this again for the rest.\n`,
      );
      return false;
    }
    out.write(`done: ${says}\n`);
  }
  return true;
}

function say(out: Pick<Writable, "write">, text: string): number {
  out.write(text);
  return 0;
}

/** Where nobody can answer, the input ends, and that is a no. */
async function ask(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((done) => terminal.once("close", () => done("")));
  try {
    const answer = await Promise.race([terminal.question("Go on? [y/N] "), ended]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
