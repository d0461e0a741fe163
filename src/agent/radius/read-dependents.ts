import type { Sha } from "../../kernel/sha.ts";
import type { History } from "../ports.ts";
import { folderOf, isManifest, type Workspace } from "./areas.ts";
import { importables, importsIt, languageOf } from "./dependents.ts";

export type Dependents = { readonly paths: readonly string[]; readonly notLookedAt: readonly string[] };

/**
 * Files of this repository that rely directly on what changed: by import, and packages by their manifest. In a repository of
 * very many sources their content is not fetched for this, and that is said.
 */
export async function readDependents(
  history: History,
  bad: Sha,
  changed: readonly string[],
  workspaces: readonly Workspace[],
): Promise<Dependents> {
  try {
    const all = (await history.paths(bad)).filter((path) => !VENDORED.test(path));
    const parts = [
      await importers(history, bad, all, changed, workspaces),
      await dependentPackages(history, bad, all, changed, workspaces),
    ];
    return {
      paths: [...new Set(parts.flatMap(({ paths }) => paths))].sort(),
      notLookedAt: parts.flatMap(({ notLookedAt }) => notLookedAt),
    };
  } catch {
    return { paths: [], notLookedAt: ["importers of the changed files: the sources could not be read"] };
  }
}

const MAX_IMPORTABLES = 12;
const MAX_SOURCES = 1500;
const MAX_MANIFESTS = 300;
const VENDORED = /(?:^|\/)(?:node_modules|vendor|dist|third_party|build)\//;
const NONE: Dependents = { paths: [], notLookedAt: [] };

async function importers(
  history: History,
  bad: Sha,
  all: readonly string[],
  changed: readonly string[],
  workspaces: readonly Workspace[],
): Promise<Dependents> {
  const targets = importables(changed, workspaces);
  if (targets.length === 0) return NONE;
  const languages = new Set(targets.map(({ language }) => language));
  const sources = all.filter((path) => {
    const language = languageOf(path);
    return language !== null && languages.has(language);
  });
  if (sources.length > MAX_SOURCES)
    return { paths: [], notLookedAt: [`importers of the changed files among ${sources.length} source files`] };
  const looked = targets.slice(0, MAX_IMPORTABLES);
  const lines = await history.search(bad, [...new Set(looked.map(({ needle }) => needle))], sources);
  const unread = targets.length - MAX_IMPORTABLES;
  return {
    paths: lines.filter((line) => looked.some((target) => importsIt(line, target))).map(({ path }) => path),
    notLookedAt: unread > 0 ? [`importers of ${unread} further changed files`] : [],
  };
}

/** Other packages of the repository whose manifest names the package of a changed file. */
async function dependentPackages(
  history: History,
  bad: Sha,
  all: readonly string[],
  changed: readonly string[],
  workspaces: readonly Workspace[],
): Promise<Dependents> {
  const touched = workspaces.filter(
    ({ folder, name }) => folder !== "" && name !== folder && changed.some((path) => path.startsWith(`${folder}/`)),
  );
  const manifests = all.filter(isManifest);
  if (touched.length === 0 || manifests.length < 2) return NONE;
  const names = [...new Set(touched.map(({ name }) => name))];
  const lines = await history.search(bad, names, manifests.slice(0, MAX_MANIFESTS));
  const own = new Set(touched.map(({ folder }) => folder));
  const unread = manifests.length - MAX_MANIFESTS;
  return {
    paths: lines
      .filter(({ path, text }) => !own.has(folderOf(path)) && names.some((name) => namesIt(text, name)))
      .map(({ path }) => path),
    notLookedAt: unread > 0 ? [`the manifests of ${unread} further packages`] : [],
  };
}

/** As a whole word of the manifest: `@acme/pay` is not `@acme/pay-api`. */
function namesIt(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at !== -1 && !/[\w@/.-]/.test(text.charAt(at - 1)) && !/[\w/-]/.test(text.charAt(at + name.length));
}
