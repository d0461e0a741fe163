import type { FoundLine } from "../ports.ts";
import { folderOf, type Workspace } from "./areas.ts";

/** A source file that others import, and the words by which an importer can be found before its import is resolved. */
export type Importable = { readonly path: string; readonly language: Language; readonly needle: string };
export type Language = "js" | "python" | "go";

/** The changed files that can be imported; tests and declarations of types alone are not looked for. */
export function importables(paths: readonly string[], workspaces: readonly Workspace[]): readonly Importable[] {
  return paths.flatMap((path): readonly Importable[] => {
    const language = languageOf(path);
    if (language === null || /(?:^|[./_-])(?:test|tests|spec)[./_]|_test\.go$/.test(path)) return [];
    const needle = needleOf(path, language, workspaces);
    return needle === null ? [] : [{ path, language, needle }];
  });
}

export function languageOf(path: string): Language | null {
  if (/\.[cm]?[jt]sx?$/.test(path) && !path.endsWith(".d.ts")) return "js";
  if (path.endsWith(".py")) return "python";
  return path.endsWith(".go") ? "go" : null;
}

/** Whether the line found in `line.path` imports the file. */
export function importsIt(line: FoundLine, target: Importable): boolean {
  if (line.path === target.path) return false;
  switch (target.language) {
    case "js":
      return [...line.text.matchAll(JS_SPECIFIER)].some(([, specifier = ""]) =>
        resolves(line.path, specifier, target.path),
      );
    case "python":
      return pythonImports(line, target.path);
    case "go":
      return folderOf(line.path) !== folderOf(target.path) && line.text.includes(`"${target.needle}"`);
  }
}

/** What an importer must hold literally: the stem of the file, or for Go the import path of its package. */
function needleOf(path: string, language: Language, workspaces: readonly Workspace[]): string | null {
  const folder = folderOf(path);
  if (language === "go") {
    const module = workspaces
      .filter((one) => one.folder === "" || folder === one.folder || folder.startsWith(`${one.folder}/`))
      .sort((a, b) => b.folder.length - a.folder.length)[0];
    if (!module) return null;
    const below = module.folder === "" ? folder : folder.slice(module.folder.length + 1);
    return below === "" ? module.name : `${module.name}/${below}`;
  }
  const stem = stemOf(path);
  return stem === "index" || stem === "__init__" ? (folder.split("/").at(-1) ?? null) || null : stem;
}

const JS_SPECIFIER = /(?:from|import|require)\s{0,3}\(?\s{0,3}["'`]([^"'`\n]{1,200})["'`]/g;

function resolves(importer: string, specifier: string, target: string): boolean {
  if (!specifier.startsWith(".")) return false;
  const path = joined(folderOf(importer), specifier);
  return (
    path === target ||
    withoutExtension(path) === withoutExtension(target) ||
    `${path}/index` === withoutExtension(target)
  );
}

function pythonImports({ path, text }: FoundLine, target: string): boolean {
  const match = PYTHON_IMPORT.exec(text);
  if (!match) return false;
  const module = withoutExtension(target)
    .replace(/\/__init__$/, "")
    .replaceAll("/", ".");
  const [, from, names, plain] = match;
  if (plain !== undefined)
    return plain.split(",").some((name) => endsWithModule(name.trim().split(" ")[0] ?? "", module));
  const base = absolute(from ?? "", path);
  return (
    endsWithModule(base, module) ||
    (names ?? "")
      .split(/[,()\s]+/)
      .some((name) => name !== "" && endsWithModule(base === "" ? name : `${base}.${name}`, module))
  );
}

/** What repeats never meets what may repeat as well, so no hostile line can make this slow. */
const PYTHON_IMPORT = /^\s*(?:from\s+([\w.]+)\s+import\s+(.{1,300})|import\s+([\w., ]{1,300}))/;

/** Source roots such as `src/` are not part of a module's name. */
function endsWithModule(imported: string, module: string): boolean {
  return imported !== "" && (module === imported || module.endsWith(`.${imported}`));
}

function absolute(from: string, importer: string): string {
  const dots = /^\.*/.exec(from)?.[0].length ?? 0;
  if (dots === 0) return from;
  const folder = folderOf(importer)
    .split("/")
    .filter((part) => part !== "");
  const base = folder.slice(0, Math.max(0, folder.length - dots + 1));
  return [...base, from.slice(dots)].filter((part) => part !== "").join(".");
}

function joined(folder: string, specifier: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$|\.py$/, "");
}

function stemOf(path: string): string {
  return withoutExtension(path.split("/").at(-1) ?? "");
}
