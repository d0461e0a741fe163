import type { Git } from "../../src/adapters/git.ts";

/**
 * A small service with a history of its own. Its last deploy that worked is `GOOD`; two commits later a refactoring breaks
 * orders without a coupon, which the service's own check (`node check.js`) finds at once.
 */

type Change = {
  readonly author: readonly [name: string, email: string];
  readonly message: string;
  readonly files: Readonly<Record<string, string>>;
};

const ADA = ["Ada Moreno", "ada@acme.example"] as const;
const TOMO = ["Tomo Ishii", "tomo@acme.example"] as const;
const LENE = ["Lene Bakke", "lene@acme.example"] as const;

const SERVER = `import { createServer } from "node:http";
import { total } from "./src/total.js";

export const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  try {
    response.end(JSON.stringify({ total: total(JSON.parse(body)) }));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error.stack));
  }
});
`;

const CHECK = `import { once } from "node:events";
import { server } from "./server.js";

const orders = [
  { order: { items: [{ price: 1200, quantity: 2 }] }, total: 2400 },
  { order: { items: [{ price: 1000, quantity: 1 }], coupon: "WELCOME10" }, total: 900 },
];

server.listen(0, "127.0.0.1");
await once(server, "listening");
let failed = false;
for (const { order, total } of orders) {
  const answer = await fetch(\`http://127.0.0.1:\${server.address().port}/\`, { method: "POST", body: JSON.stringify(order) });
  const text = await answer.text();
  if (answer.status === 200 && JSON.parse(text).total === total) continue;
  failed = true;
  console.error(\`check failed: order \${JSON.stringify(order)} answered \${answer.status}, wanted total \${total}\`);
  console.error(text.replaceAll(import.meta.dirname, "/srv/checkout"));
}
server.close();
console.log(failed ? "checkout is unhealthy" : "checkout is healthy");
process.exitCode = failed ? 1 : 0;
`;

const TOTAL = `import { discount } from "./coupons.js";

export function total(order) {
  const sum = order.items.reduce((cents, item) => cents + item.price * item.quantity, 0);
  return sum - discount(order.coupon, sum);
}
`;

const COUPONS = `const COUPONS = { WELCOME10: 10, SPRING25: 25 };

export function discount(code, cents) {
  if (code === undefined) return 0;
  return Math.round((cents * (COUPONS[code] ?? 0)) / 100);
}
`;

const COUPONS_BROKEN = `const COUPONS = { WELCOME10: 10, SPRING25: 25 };

export function discount(code, cents) {
  const percent = COUPONS[code.trim().toUpperCase()] ?? 0;
  return Math.round((cents * percent) / 100);
}
`;

const HISTORY: readonly Change[] = [
  {
    author: ADA,
    message: "Serve order totals over HTTP",
    files: {
      "package.json":
        '{ "name": "checkout", "private": true, "type": "module", "scripts": { "check": "node check.js" } }\n',
      "server.js": SERVER,
      "src/total.js": TOTAL.replace('import { discount } from "./coupons.js";\n\n', "").replace(
        " - discount(order.coupon, sum)",
        "",
      ),
      "README.md": "# checkout\n\nTotals of orders.\n",
      ".github/CODEOWNERS": "* @acme/shop\n/src/coupons.js @acme/growth\n",
    },
  },
  { author: TOMO, message: "Take coupons off the total", files: { "src/total.js": TOTAL, "src/coupons.js": COUPONS } },
  { author: LENE, message: "Check the service the way a customer meets it", files: { "check.js": CHECK } },
  {
    author: ADA,
    message: "Say how to run the check",
    files: { "README.md": "# checkout\n\nTotals of orders.\n\n    npm run check\n" },
  },
  {
    author: LENE,
    message: "Log slow requests",
    files: {
      "src/slow.js": "export const SLOW_MS = 250;\n\nexport function isSlow(ms) {\n  return ms > SLOW_MS;\n}\n",
    },
  },
  {
    author: TOMO,
    message: "Accept coupons in any case\n\nPeople type them by hand: trim and upper-case before the look-up.",
    files: { "src/coupons.js": COUPONS_BROKEN },
  },
  {
    author: ADA,
    message: "Describe the answer's fields",
    files: { "README.md": "# checkout\n\nTotals of orders, in cents: `{ total }`.\n\n    npm run check\n" },
  },
  {
    author: LENE,
    message: "Raise the slow mark for batch orders",
    files: {
      "src/slow.js": "export const SLOW_MS = 400;\n\nexport function isSlow(ms) {\n  return ms > SLOW_MS;\n}\n",
    },
  },
];

/** Index of the last commit that was deployed and worked. */
const GOOD = 3;

/** Writes the history into an empty bare repository; the same shas every time. */
export async function writeSample(git: Git): Promise<{ readonly good: string; readonly bad: string }> {
  const shas: string[] = [];
  const blobs = new Map<string, string>();
  for (const [index, change] of HISTORY.entries()) {
    for (const [path, text] of Object.entries(change.files)) {
      blobs.set(path, (await git.run(["hash-object", "-w", "--stdin"], { input: text })).trim());
    }
    const tree = await writeTree(git, blobs);
    const parent = shas.at(-1);
    const sha = await git.run(["commit-tree", tree, ...(parent ? ["-p", parent] : []), "-F", "-"], {
      input: `${change.message}\n`,
      env: identity(change.author, `2026-03-0${index + 1}T09:30:00Z`),
    });
    shas.push(sha.trim());
  }
  const [good, bad] = [shas[GOOD], shas.at(-1)];
  if (good === undefined || bad === undefined) throw new Error("invariant: the sample has a history");
  await git.run(["update-ref", "refs/heads/main", bad]);
  return { good, bad };
}

async function writeTree(git: Git, blobs: ReadonlyMap<string, string>): Promise<string> {
  const index = { GIT_INDEX_FILE: `${git.dir}/sample-index` };
  const lines = [...blobs].map(([path, blob]) => `100644 ${blob}\t${path}\n`).join("");
  await git.run(["update-index", "--index-info"], { input: lines, env: index });
  return (await git.run(["write-tree"], { env: index })).trim();
}

function identity([name, email]: readonly [string, string], date: string): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}
