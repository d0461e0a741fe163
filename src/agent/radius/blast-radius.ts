import { CODEOWNERS_PATHS, ownersOf } from "../../incident/codeowners.ts";
import type { BlastRadius } from "../../incident/diagnosis.ts";
import type { Sha } from "../../kernel/sha.ts";
import { count } from "../count.ts";
import type { EnvironmentState, History } from "../ports.ts";
import { capped, tameLine } from "../tame.ts";
import { areasOf, manifestsAbove, toWorkspace } from "./areas.ts";
import { readDependents } from "./read-dependents.ts";
import { touchesOf } from "./touches.ts";

/**
 * How far a change reaches: the culprit's where one is named, else that of everything since the last good revision. Owners
 * and packages are read from the last good revision, so that the change cannot choose what it seems to touch.
 */
export type Reach = {
  readonly paths: readonly string[];
  readonly good: Sha;
  readonly bad: Sha;
  readonly policyAreas: Readonly<Record<string, readonly string[]>>;
  /** Revisions from the change to the bad head: an environment that runs one of these runs the change. */
  readonly contains: ReadonlySet<Sha>;
  /** Null: could not be looked at. */
  readonly environments: readonly EnvironmentState[] | null;
  /** The environment whose deployment failed, if that is the signal. */
  readonly failing: string | null;
};

export async function blastRadius(history: History, reach: Reach): Promise<BlastRadius> {
  const changed = [...new Set(reach.paths)].sort();
  const all = await history.paths(reach.good).catch(() => null);
  const { workspaces, codeowners } = await readManifests(history, reach, changed, all ?? []);
  const areas = areasOf(changed, reach.policyAreas, workspaces);
  const owners = codeowners === null ? [] : ownersOf(codeowners, changed);
  const environments = environmentsWith(reach);
  const touches = touchesOf(changed);
  const dependents = await readDependents(history, reach.bad, changed, workspaces);
  const notLookedAt = [
    ...(all === null ? ["packages and owners: the files of the last good revision could not be listed"] : []),
    ...(all !== null && codeowners === null ? ["owners: there is no CODEOWNERS file"] : []),
    ...(reach.environments === null ? ["environments: deployments could not be read"] : []),
    ...dependents.notLookedAt,
    "other repositories that depend on this one",
  ];
  return {
    files: changed.length,
    paths: list(changed, 20, 300),
    areas: list(areas, 50, 200),
    owners: list(owners, 50, 100),
    environments: list(environments, 20, 100),
    touches: list(touches, 30, 300),
    notLookedAt,
    dependents: list(dependents.paths, 30, 300),
    sentence: sentence({ files: changed.length, areas, owners, environments, touches, dependents: dependents.paths }),
  };
}

const MAX_MANIFESTS = 40;

async function readManifests(history: History, { good }: Reach, changed: readonly string[], all: readonly string[]) {
  const manifests = manifestsAbove(changed, all, MAX_MANIFESTS);
  const owners = CODEOWNERS_PATHS.find((one) => all.includes(one));
  const wanted = [...manifests, ...(owners === undefined ? [] : [owners])];
  const texts = await history.filesAt(good, wanted).catch(() => new Map<string, string>());
  return {
    workspaces: manifests.map((path) => toWorkspace(path, texts.get(path) ?? "")),
    codeowners: owners === undefined ? null : (texts.get(owners) ?? null),
  };
}

function environmentsWith({ environments, contains, failing }: Reach): readonly string[] {
  const running = (environments ?? []).filter(({ sha }) => contains.has(sha)).map(({ name }) => name);
  return [...new Set([...(failing === null ? [] : [failing]), ...running])].sort();
}

function list(values: readonly string[], count: number, chars: number): string[] {
  return values.slice(0, count).map((value) => tameLine(value, chars));
}

function sentence(found: {
  readonly files: number;
  readonly areas: readonly string[];
  readonly owners: readonly string[];
  readonly environments: readonly string[];
  readonly touches: readonly string[];
  readonly dependents: readonly string[];
}): string {
  const parts = [
    `${count(found.files, "changed file")} in ${some(found.areas, "no known area")}`,
    found.owners.length > 0 ? `owned by ${some(found.owners.map(unmentioned), "")}` : "",
    found.environments.length > 0 ? `deployed to ${some(found.environments, "")}` : "",
    found.dependents.length > 0 ? `relied on by ${some(found.dependents, "")}` : "",
    found.touches.length > 0 ? `touching ${some(found.touches, "")}` : "",
  ];
  return capped(tameLine(`${parts.filter((part) => part !== "").join(", ")}.`, 2000), 600);
}

/** In a sentence a name reads better than a mention, which every page would have to break up. */
function unmentioned(owner: string): string {
  return owner.replace(/^@/, "");
}

function some(values: readonly string[], none: string): string {
  if (values.length === 0) return none;
  const shown = values.slice(0, 3).join(", ");
  return values.length > 3 ? `${shown} and ${values.length - 3} more` : shown;
}
