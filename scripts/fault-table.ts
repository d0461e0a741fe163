import { readFileSync, writeFileSync } from "node:fs";
import { AUTH0_FAULTS } from "../drill/auth0/faults.ts";
import type { FaultDefinitions } from "../drill/faults.ts";
import { GEMINI_BEHAVIOURS } from "../drill/gemini/types.ts";
import { OPERATION_FAULTS, WEBHOOK_FAULTS } from "../drill/github/faults.ts";
import { SLACK_FAULTS } from "../drill/slack/faults.ts";

/**
 * Prints docs/faults.md from the switches themselves, so that the table cannot say what the code does not do.
 *
 *     node scripts/fault-table.ts [--check]
 */

const TARGET = new URL("../docs/faults.md", import.meta.url);

const SECTIONS: readonly { readonly title: string; readonly where: string; readonly faults: FaultDefinitions }[] = [
  {
    title: "GitHub: operations",
    where:
      '`github.faults.of("POST /repos/{owner}/{repo}/issues")` for one operation (git has `git-info-refs`, ' +
      "`git-upload-pack` and `git-receive-pack`), `github.faults.all` for everything.",
    faults: OPERATION_FAULTS,
  },
  { title: "GitHub: webhooks", where: "`github.faults.webhooks`.", faults: WEBHOOK_FAULTS },
  { title: "Auth0", where: "`auth0.faults`.", faults: AUTH0_FAULTS },
  { title: "Slack", where: "`slack.faults`.", faults: SLACK_FAULTS },
];

export function faultTable(): string {
  const sections = SECTIONS.map(({ title, where, faults }) => {
    const rows = Object.entries(faults).map(([name, { off, says }]) => `| \`${name}\` | \`${off}\` | ${cell(says)} |`);
    return [`## ${title}`, "", where, "", "| switch | off | what it does |", "|---|---|---|", ...rows].join("\n");
  });
  return `${HEADER}\n\n${[...sections, geminiTable()].join("\n\n")}\n`;
}

/** The model has no switches: it behaves in one way or another. */
function geminiTable(): string {
  const rows = Object.entries(GEMINI_BEHAVIOURS).map(([name, says]) => `| \`${name}\` | ${cell(says)} |`);
  const where = "`gemini.setModel(…)`, or `--model` of the drill; `good` is how it starts.";
  return ["## Gemini: models", "", where, "", "| model | how it behaves |", "|---|---|", ...rows].join("\n");
}

const HEADER = `# What can be made to go wrong

Switches of the stand-ins. Setting one away from its \`off\` value turns the fault on; a number counts down with each use.
This page is printed by \`node scripts/fault-table.ts\`.`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) {
  if (!process.argv.includes("--check")) writeFileSync(TARGET, faultTable());
  else if (readFileSync(TARGET, "utf8") !== faultTable()) {
    console.error("docs/faults.md is older than the switches: run node scripts/fault-table.ts");
    process.exitCode = 1;
  }
}
