import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** A folder below `dir` that holds the Action: the real manifest, but running the sources. */
export function actionFromSource(dir: string): string {
  const action = makeDir(dir, "action");
  const manifest = readFileSync(join(ROOT, "action.yml"), "utf8").replace("main: dist/index.js", "main: index.mjs");
  writeFileSync(join(action, "action.yml"), manifest);
  writeFileSync(join(action, "index.mjs"), `await import(${JSON.stringify(join(ROOT, "src/action/main.ts"))});\n`);
  return action;
}

export function makeDir(parent: string, name: string): string {
  const dir = join(parent, name);
  mkdirSync(dir, { recursive: true });
  return dir;
}
