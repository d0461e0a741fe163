import { matchesGlob } from "node:path/posix";
import type { EnvironmentRecord, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import type { Environment } from "../types.ts";

/** Environments as the stand-in keeps them, and whom they let in. */

/** GitHub takes `Sentinel` and `sentinel` for the same. */
export function environmentNamed(repo: Repository, name: string): EnvironmentRecord | undefined {
  return repo.environments.find((environment) => environment.name.toLowerCase() === name.toLowerCase());
}

/** Open to every branch, as GitHub makes them. */
export function addEnvironment(
  state: State,
  repo: Repository,
  name: string,
  variables: EnvironmentRecord["variables"] = {},
): EnvironmentRecord {
  const now = isoNow(state);
  const environment: EnvironmentRecord = {
    id: state.nextId(),
    name,
    createdAt: now,
    updatedAt: now,
    lets: "all",
    branches: [],
    waitTimer: 0,
    reviewers: [],
    preventsSelfReview: false,
    secrets: new Map(),
    variables,
  };
  repo.environments.push(environment);
  return environment;
}

export function letsIn({ lets, branches }: EnvironmentRecord, branch: string): boolean {
  if (lets !== "named") return true;
  return branches.some(({ type, name }) => type === "branch" && (name === branch || matchesGlob(branch, name)));
}

export function seedEnvironment(state: State, repo: Repository, seed: Environment): void {
  const environment = addEnvironment(state, repo, seed.name, seed.variables);
  if (seed.branches.length > 0) environment.lets = "named";
  for (const name of seed.branches) environment.branches.push({ id: state.nextId(), name, type: "branch" });
  for (const [name, value] of Object.entries(seed.secrets)) setSecret(state, repo, seed.name, name, value);
}

export function setSecret(state: State, repo: Repository, environment: string, name: string, value: string): void {
  const { secrets } = environmentNamed(repo, environment) ?? addEnvironment(state, repo, environment);
  const now = isoNow(state);
  secrets.set(name, { value, createdAt: secrets.get(name)?.createdAt ?? now, updatedAt: now });
}
