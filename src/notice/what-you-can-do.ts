import { LEAST_ROLE } from "../incident/slash-command.ts";
import type { IncidentFacts } from "./facts.ts";
import { stageOf } from "./stage.ts";

/**
 * The exact commands by which a person takes over. Only names of a plain character set enter a command; where a name has any
 * other, the command is left out rather than quoted.
 */
export function whatYouCanDo(facts: IncidentFacts): string | null {
  const stage = stageOf(facts);
  if (stage === "closed" || stage === "released") return null;
  const options = [release(facts), askAgain(facts), byHand(facts)].filter((option) => option !== null);
  return options.length === 0 ? null : options.join("\n");
}

function release({ hold, repo }: IncidentFacts): string | null {
  if (hold.kind !== "held" && hold.kind !== "changed") return null;
  const name = plainName(`${repo.owner}/${repo.name}`);
  const admin =
    name === null ? "" : ` Without Sentinel, an admin: \`gh api -X DELETE repos/${name}/rulesets/${hold.rulesetId}\`.`;
  return `- **Release the hold:** comment \`/sentinel release <reason>\` (needs the role ${LEAST_ROLE.release}).${admin}`;
}

/** Only after an end without a yes; after a "no" it takes somebody else than who said it. */
function askAgain({ hold, repo, memory, run, response }: IncidentFacts): string | null {
  const name = plainName(`${repo.owner}/${repo.name}`);
  if (hold.kind === "held" && response === null && run?.isOver && memory.denied === null)
    return "- **Start the responder anew:** comment `/sentinel rollback`; it asks before it does anything.";
  const isOver = response !== null && response.outcome !== "rolled-back";
  if (hold.kind !== "held" || !isOver || name === null || memory.run === null) return null;
  if (memory.denied !== null) return "- **Ask again:** somebody else than who said no comments `/sentinel retry`.";
  return `- **Ask again:** comment \`/sentinel retry\`, or \`gh run rerun ${memory.run.id} --failed -R ${name}\`.`;
}

/** What the rollback does, for a person whom the hold lets through: the same tree in one commit, never by force. */
function byHand({ memory, response }: IncidentFacts): string | null {
  const branch = plainName(memory.branch);
  if (branch === null || memory.lastGood === null || response?.outcome === "rolled-back") return null;
  return [
    "- **Roll back by hand**, if the hold lets you through:",
    "",
    "  ```sh",
    "  git fetch origin",
    `  tree=${memory.lastGood}^{tree} # of the last good revision`,
    `  commit=$(git commit-tree "$tree" -p ${memory.badHead} -m "Restore ${memory.lastGood.slice(0, 12)}")`,
    `  git push origin "$commit:refs/heads/${branch}"`,
    "  ```",
  ].join("\n");
}

function plainName(name: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) ? name : null;
}
