/** Stack frames and failing tests as the common tools of many languages print them. Pure reading of hostile lines. */
export type Frame = { readonly path: string; readonly line: number };

export function stackFrames(lines: readonly string[]): readonly Frame[] {
  const found = new Map<string, Frame>();
  for (const line of lines) {
    for (const shape of FRAMES) {
      const match = shape.exec(line)?.groups;
      if (!match?.path || match.line === undefined) continue;
      const frame = { path: toRepositoryPath(match.path), line: Number(match.line) };
      if (frame.path !== "" && !isForeign(frame.path)) found.set(`${frame.path}:${frame.line}`, frame);
      break;
    }
    if (found.size >= MAX_FRAMES) break;
  }
  return [...found.values()];
}

export function failingTests(lines: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const line of lines) {
    for (const shape of TESTS) {
      const name = shape.exec(line)?.groups?.name?.trim();
      if (name) found.add(name.slice(0, 200));
    }
    if (found.size >= MAX_TESTS) break;
  }
  return [...found];
}

const MAX_FRAMES = 60;
const MAX_TESTS = 60;

const FRAMES = [
  // Python
  /^\s*File "(?<path>[^"]{1,300})", line (?<line>\d{1,7})/,
  // JavaScript, with and without a function name
  /^\s*at .{0,300}?\(?(?:file:\/\/)?(?<path>[^\s():]{1,300}\.[cm]?[jt]sx?):(?<line>\d{1,7})(?::\d{1,7})?\)?$/,
  // Java and Kotlin name only the file
  /^\s*at [\w.$<>/]{1,300}\((?<path>[\w$]{1,100}\.(?:java|kt|scala|groovy)):(?<line>\d{1,7})\)/,
  // Rust
  /^\s*-->\s(?<path>[^\s:]{1,300}\.rs):(?<line>\d{1,7})/,
  // Go, Ruby, C and whoever writes path:line
  /(?:^|[\s(["'])(?<path>(?:[\w.@+-]{1,100}\/){0,20}[\w.@+-]{1,100}\.[A-Za-z]{1,6}):(?<line>\d{1,7})(?![\d.])/,
];

const TESTS = [
  /^\s*--- FAIL: (?<name>[^\s(]{1,200})/,
  /^(?:FAILED|ERROR) (?<name>[^\s]{1,200}::[^\s]{1,200})/,
  /^\s*● (?<name>.{3,200}?)$/,
  /^\s*(?:✖|✗|✘|×) (?<name>.{3,200}?)(?: \(\d[\d.]*\s?m?s\))?(?: \d+ms)?$/,
  /^\s*(?:FAIL|❯)\s+(?<name>\S{1,200}\.(?:test|spec)\.[cm]?[jt]sx?.{0,200})$/,
  /^not ok \d+ (?:- )?(?<name>.{3,200}?)(?: # .*)?$/,
  /^test (?<name>[\w:]{3,200}) \.\.\. FAILED$/,
  /^rspec (?<name>\.\/\S{3,200})/,
  /^\[ERROR\]\s+(?<name>[\w$.]{3,150}(?:\.|:)\w{1,100})(?::\d+)?(?:\s|$)/,
  /^(?<name>[\w$.]{3,150} > [\w$ ().,-]{1,150}) FAILED$/,
];

/** Runners and containers work in directories of their own; what follows is the path as git knows it. */
function toRepositoryPath(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^(?:file:\/\/)?\/(?:home\/runner\/work|__w)\/[^/]+\/[^/]+\//, "")
    .replace(/^\/(?:app|src|workspace|usr\/src\/app|code|build|go\/src\/[^/]+\/[^/]+\/[^/]+)\//, "")
    .replace(/^(?:\.\/)+/, "");
}

function isForeign(path: string): boolean {
  return /(?:^|\/)(?:node_modules|site-packages|vendor|\.cargo|\.rustup|dist-packages)\/|^node:|^\/usr\/|^internal\//.test(
    path,
  );
}
