import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The files through which a step's process answers: GITHUB_OUTPUT and its kin. */

export type StepFiles = {
  readonly variables: Readonly<Record<string, string>>;
  read(kind: StepFile): string;
  size(kind: StepFile): number;
  remove(): void;
};

export type StepFile = "output" | "env" | "path" | "state" | "summary";

const VARIABLE: Readonly<Record<StepFile, string>> = {
  output: "GITHUB_OUTPUT",
  env: "GITHUB_ENV",
  path: "GITHUB_PATH",
  state: "GITHUB_STATE",
  summary: "GITHUB_STEP_SUMMARY",
};
const KINDS: readonly StepFile[] = ["output", "env", "path", "state", "summary"];

export function createStepFiles(temp: string, id: string): StepFiles {
  const dir = join(temp, "_runner_file_commands");
  const path = (kind: StepFile) => join(dir, `${kind}_${id}`);
  mkdirSync(dir, { recursive: true });
  for (const kind of KINDS) writeFileSync(path(kind), "");
  return {
    variables: Object.fromEntries(KINDS.map((kind) => [VARIABLE[kind], path(kind)])),
    read: (kind) => readOrEmpty(path(kind)),
    size: (kind) => statSync(path(kind), { throwIfNoEntry: false })?.size ?? 0,
    remove: () => {
      for (const kind of KINDS) rmSync(path(kind), { force: true });
    },
  };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
