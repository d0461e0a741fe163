import { matchesGlob } from "../../kernel/glob.ts";

/** A package or service of the repository, by the manifest in its folder. */
export type Workspace = { readonly folder: string; readonly name: string };

/**
 * The areas these files belong to: those that the policy names by path, else the package whose manifest is nearest, else the
 * folder. A package that spans the whole repository says little, so there the folder is added.
 */
export function areasOf(
  paths: readonly string[],
  policyAreas: Readonly<Record<string, readonly string[]>>,
  workspaces: readonly Workspace[],
): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) for (const area of areasOfPath(path, policyAreas, workspaces)) found.add(area);
  return [...found].sort();
}

function areasOfPath(
  path: string,
  policyAreas: Readonly<Record<string, readonly string[]>>,
  workspaces: readonly Workspace[],
): readonly string[] {
  const named = Object.entries(policyAreas).filter(([, globs]) => globs.some((glob) => matchesGlob(path, glob)));
  if (named.length > 0) return named.map(([name]) => name);
  const nearest = nearestWorkspace(path, workspaces);
  if (nearest && nearest.folder !== "") return [nearest.name];
  const folder = path.split("/").slice(0, -1).slice(0, 2).join("/");
  if (folder !== "") return [folder];
  return nearest ? [nearest.name] : ["(root)"];
}

function nearestWorkspace(path: string, workspaces: readonly Workspace[]): Workspace | undefined {
  return workspaces
    .filter(({ folder }) => folder === "" || path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Manifests that make a folder a package: npm and pnpm, Go, Python, Rust. */
export function isManifest(path: string): boolean {
  return (
    MANIFEST.test(path) && !/(?:^|\/)(?:node_modules|vendor|testdata|fixtures|__fixtures__|templates?)\//.test(path)
  );
}

const MANIFEST = /(?:^|\/)(?:package\.json|go\.mod|pyproject\.toml|setup\.py|Cargo\.toml)$/;

/** The manifests above these files: the only ones whose content is worth fetching. */
export function manifestsAbove(paths: readonly string[], all: readonly string[], limit: number): readonly string[] {
  const folders = new Set(paths.flatMap(ancestors));
  return all.filter((path) => isManifest(path) && folders.has(folderOf(path))).slice(0, limit);
}

export function toWorkspace(path: string, text: string): Workspace {
  const folder = folderOf(path);
  return { folder, name: (declaredName(path, text) ?? folder) || "(root)" };
}

function declaredName(path: string, text: string): string | null {
  if (path.endsWith("package.json")) return /"name"\s*:\s*"([^"\\]{1,150})"/.exec(text)?.[1] ?? null;
  if (path.endsWith("go.mod")) return /^module\s+"?([^\s"]{1,180})/m.exec(text)?.[1] ?? null;
  return /^[ \t]*name[ \t]*=[ \t]*["']([^"'\n]{1,150})["']/m.exec(text)?.[1] ?? null;
}

function ancestors(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

export function folderOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
