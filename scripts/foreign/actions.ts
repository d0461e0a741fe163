import { existsSync } from "node:fs";
import { join } from "node:path";
import { OWNER, REPOSITORY, type StandIns } from "../../drill/standins/open.ts";
import { expectThat, type ForeignCheck } from "./check.ts";

/** Published bundles of Actions, run by the mini runner as `uses:` names them; given by path, since nothing is fetched here. */

export const APP_TOKEN = "actions/create-github-app-token@v3";
export const LOCK = "github/lock@v3";
export const CHECKOUT = "actions/checkout@v7";

export function appTokenIsMinted(dir: string | null): ForeignCheck {
  return {
    name: APP_TOKEN,
    missing: () => missingBundle(dir, "--app-token"),
    run: async (standIns) => {
      const { github, repo, app } = standIns;
      github.addEnvironment(repo, { name: "app", branches: ["main"], secrets: { APP_KEY: app.privateKey } });
      const log = await runWorkflow(standIns, "app-token.yml", APP_TOKEN_WORKFLOW.replaceAll("APP_ID", String(app.id)));
      expectThat(
        log.includes("minted for sentinel in acme/shop"),
        `the token names its App and is taken by git:\n${log}`,
      );
      expectThat(!/ghs_[A-Za-z0-9]/.test(log), "the token does not stand in the log");
      expectThat(log.includes("Token revoked"), `its post step revokes the token:\n${log}`);
      return "signs in as the App, mints a token narrowed to one permission, git takes it, and its post step revokes it";
    },
  };
}

export function deployIsLocked(dir: string | null): ForeignCheck {
  return {
    name: LOCK,
    missing: () => missingBundle(dir, "--lock"),
    run: async (standIns) => {
      const log = await runWorkflow(standIns, "lock.yml", LOCK_WORKFLOW);
      expectThat(log.includes("locked: true by boss because upgrading the database"), `it reads its own lock:\n${log}`);
      const branch = await standIns.github.state.head(standIns.repo, "production-branch-deploy-lock");
      expectThat(/^[0-9a-f]{40}$/.test(branch), "the lock's branch stands in the repository");
      return "claims a deployment lock (a branch and a file made over REST) and reads it back";
    },
  };
}

export function commitIsCheckedOut(dir: string | null): ForeignCheck {
  return {
    name: CHECKOUT,
    missing: () => missingBundle(dir, "--checkout"),
    run: async (standIns) => {
      const log = await runWorkflow(standIns, "checkout.yml", CHECKOUT_WORKFLOW);
      const head = await standIns.github.state.head(standIns.repo, "main");
      expectThat(log.includes(`standing at ${head}`), `the run's own commit is checked out:\n${log}`);
      expectThat(log.includes("credentials: none"), `no credentials are left when told so:\n${log}`);
      return "fetches the run's commit of a private repository with the job's token and keeps no credentials";
    },
  };
}

function missingBundle(dir: string | null, flag: string): string | null {
  if (dir === null) return `give its checkout with ${flag} DIR`;
  return existsSync(join(dir, "action.yml")) ? null : `there is no action.yml in ${dir}`;
}

/** Puts the workflow on `main` as an admin, dispatches it, waits, and gives the log of its one job. */
async function runWorkflow({ github, repo }: StandIns, file: string, text: string): Promise<string> {
  await github.commitFiles(repo, "main", { [`.github/workflows/${file}`]: text }, `Add ${file}`, "boss");
  await github.idle();
  const answer = await fetch(`${github.apiUrl}/repos/${OWNER}/${REPOSITORY}/actions/workflows/${file}/dispatches`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.userToken("boss", "console")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({ ref: "main" }),
  });
  expectThat(answer.ok, `the dispatch is taken: ${answer.status} ${await answer.text()}`);
  await github.idle();
  const run = github.state.runs(repo).find(({ path }) => path.endsWith(`/${file}`));
  const log = run?.jobs[0]?.log ?? "";
  expectThat(run?.conclusion === "success", `the run succeeds: ${run?.conclusion}\n${log}`);
  return log;
}

const APP_TOKEN_WORKFLOW = `
on: workflow_dispatch
permissions: {}
jobs:
  mint:
    runs-on: ubuntu-latest
    environment: app
    steps:
      - id: token
        uses: ${APP_TOKEN}
        with:
          app-id: "APP_ID"
          private-key: \${{ secrets.APP_KEY }}
          permission-contents: read
      - env:
          TOKEN: \${{ steps.token.outputs.token }}
          SLUG: \${{ steps.token.outputs.app-slug }}
        run: |
          git ls-remote --exit-code "\${GITHUB_SERVER_URL/:\\/\\//:\\/\\/x-access-token:$TOKEN@}/$GITHUB_REPOSITORY.git" main
          echo "minted for $SLUG in $GITHUB_REPOSITORY"
`;

const LOCK_WORKFLOW = `
on: workflow_dispatch
permissions: { contents: write, pull-requests: write, issues: write }
jobs:
  lock:
    runs-on: ubuntu-latest
    steps:
      - uses: ${LOCK}
        with: { mode: lock, environment: production, reason: upgrading the database }
      - id: check
        uses: ${LOCK}
        with: { mode: check, environment: production }
      - env:
          LOCKED: \${{ steps.check.outputs.locked }}
          BY: \${{ steps.check.outputs.created_by }}
          WHY: \${{ steps.check.outputs.reason }}
        run: |
          echo "locked: $LOCKED by $BY because $WHY"
`;

const CHECKOUT_WORKFLOW = `
on: workflow_dispatch
permissions: { contents: read }
jobs:
  look:
    runs-on: ubuntu-latest
    steps:
      - uses: ${CHECKOUT}
        with: { persist-credentials: false }
      - run: |
          echo "standing at $(git rev-parse HEAD)"
          echo "credentials: $(git config --get-regexp 'extraheader|includeif' || echo none)"
`;
