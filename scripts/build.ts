import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { minifySync } from "rolldown/experimental";

/**
 * Builds `build/` (plain JavaScript of `src/`) and from it `dist/`, the bundle that the Action ships. It must never need the
 * network, and two builds of the same sources give the same bytes; `--check` compares them with the committed `dist/`.
 */

const ROOT = resolve(import.meta.dirname, "..");
const ENTRY = join(ROOT, "build/src/action/main.js");
const DIST = join(ROOT, "dist");

/** The whole of `dist/` is fetched by every job that uses the Action, so its size is held. */
const MAX_DIST_BYTES = 3 * 1024 * 1024;

type Files = ReadonlyMap<string, Buffer>;
type Ncc = (
  entry: string,
  options: { cache: false; minify: false; quiet: true; sourceMap: false; target: string },
) => Promise<{ code: string; assets: Record<string, { source: string | Buffer }> }>;

const check = process.argv.includes("--check");
process.exitCode = await main();

async function main(): Promise<number> {
  if (!existsSync(join(ROOT, "src/action/main.ts"))) {
    console.error("build: src/action/main.ts is missing; there is nothing to bundle");
    return 1;
  }
  compile();
  const built = await bundle();
  const bytes = sizeOf(built);
  if (bytes > MAX_DIST_BYTES) {
    console.error(`build: dist would be ${megabytes(bytes)}, more than ${megabytes(MAX_DIST_BYTES)}`);
    return 1;
  }
  return check ? compare(built) : write(built, bytes);
}

/** Types are checked by `npm run types`; this only emits, so that a build says what is wrong with the build. */
function compile(): void {
  const tsc = createRequire(import.meta.url)
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  const emitted = execFileSync(
    process.execPath,
    [tsc, "-p", "tsconfig.build.json", "--noCheck", "--listEmittedFiles"],
    { cwd: ROOT, encoding: "utf8" },
  );
  const fresh = new Set(
    emitted.split("\n").flatMap((line) => (line.startsWith("TSFILE: ") ? [resolve(ROOT, line.slice(8).trim())] : [])),
  );
  for (const file of filesBelow(join(ROOT, "build"))) if (!fresh.has(file)) rmSync(file);
}

/** ncc cannot read TypeScript under TypeScript 7, so it gets the emitted JavaScript. Dynamic imports become chunks. */
async function bundle(): Promise<Files> {
  process.chdir(ROOT);
  process.noDeprecation = true;
  const ncc: Ncc = createRequire(import.meta.url)("@vercel/ncc");
  const { code, assets } = await ncc(ENTRY, {
    cache: false,
    minify: false,
    quiet: true,
    sourceMap: false,
    target: "es2022",
  });
  for (const [name, text] of [
    ["index.js", code],
    ...Object.entries(assets).map(([n, { source }]) => [n, String(source)]),
  ])
    refuseMissing(name ?? "", text ?? "");
  const chunks = Object.entries(assets).map(([name, { source }]) => [name, source.toString()] as const);
  return new Map(
    [["index.js", code] as const, ...chunks].map(([name, text]) => [name, Buffer.from(minify(name, text))]),
  );
}

/** ncc leaves a module that it cannot find for the run to fail on; a bundle with a hole must not be built. */
function refuseMissing(name: string, text: string): void {
  const missing = /eval\((["'`])require\1\)\((["'`])(\.[^"'`]*)\2\)/.exec(text)?.[3];
  if (missing !== undefined) throw new Error(`build: ${name} needs ${missing}, which is not there`);
}

/** ncc's own minifier leaves chunks as they are; a job pays for every byte that Node has to read. */
function minify(name: string, text: string): string {
  if (!name.endsWith(".js")) return text;
  const { code, errors } = minifySync(name, text, { module: true, compress: true, mangle: true });
  if (errors.length > 0) throw new Error(`${name} cannot be minified: ${errors[0]?.message}`);
  return code;
}

function write(built: Files, bytes: number): number {
  rmSync(DIST, { recursive: true, force: true });
  for (const [name, content] of built) {
    const path = join(DIST, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  console.log(`build: dist has ${built.size} files, ${megabytes(bytes)}`);
  return 0;
}

function compare(built: Files): number {
  const committed = new Map(filesBelow(DIST).map((path) => [relative(DIST, path), readFileSync(path)]));
  const differing = [...new Set([...built.keys(), ...committed.keys()])]
    .filter((name) => !same(built.get(name), committed.get(name)))
    .sort();
  for (const name of differing) console.error(`build: dist/${name} is not what the sources give`);
  if (differing.length > 0) console.error("build: run `npm run build` and commit dist/");
  else console.log(`build: dist is fresh (${built.size} files, ${megabytes(sizeOf(built))})`);
  return differing.length > 0 ? 1 : 0;
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one !== undefined && other !== undefined && one.equals(other);
}

function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function sizeOf(files: Files): number {
  return [...files.values()].reduce((sum, content) => sum + content.length, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(2)} MB`;
}
