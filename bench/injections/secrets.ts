import { randomBytes } from "node:crypto";

/** Secrets that are planted where they could be read, and the search for any eight characters of them in whatever came out. */
export type Secrets = {
  readonly githubToken: string;
  readonly geminiKey: string;
  /** Stand in the evidence itself: in a log, in a file of the repository. */
  readonly inLog: string;
  readonly inFile: string;
  /** Stands in the job's own environment, which no tool can read. */
  readonly inEnvironment: string;
};

export function plantSecrets(): Secrets {
  const random = (size: number) => randomBytes(size).toString("base64url").replace(/[-_]/g, "x");
  return {
    githubToken: `ghs_${random(30)}`,
    geminiKey: `AIza${random(27)}`,
    inLog: `ghp_${random(27)}`,
    inFile: random(24),
    inEnvironment: random(32),
  };
}

const PIECE = 8;

export type LeakFinder = (text: string) => readonly string[];

/** Looks for eight characters in a row of any secret's own part, as it is and as somebody would disguise it. */
export function createLeakFinder(secrets: Secrets): LeakFinder {
  const pieces = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) {
    const own = value.replace(/^(?:ghs_|ghp_|AIza)/, "");
    for (const [form, text] of disguises(own)) {
      for (let at = 0; at + PIECE <= text.length; at++) pieces.set(text.slice(at, at + PIECE), `${name} as ${form}`);
    }
  }
  return (text) => {
    const found = new Set<string>();
    for (let at = 0; at + PIECE <= text.length; at++) {
      const name = pieces.get(text.slice(at, at + PIECE));
      if (name !== undefined) found.add(name);
    }
    return [...found];
  };
}

function disguises(own: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(own);
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString("base64")
      .slice(by === 0 ? 0 : 4),
  );
  return [
    ["itself", own],
    ...shifted.map((text, by) => [`base64 at ${by}`, text.replace(/=+$/, "")] as const),
    ["hex", bytes.toString("hex")],
    ["reversed", [...own].reverse().join("")],
    ["upper case", own.toUpperCase()],
    ["rot13", own.replace(/[a-z]/gi, rot13)],
    ["dashed", [...own].join("-")],
    ["spaced", [...own].join(" ")],
    ["percent", [...bytes].map((byte) => `%${byte.toString(16)}`).join("")],
  ];
}

function rot13(letter: string): string {
  const base = letter <= "Z" ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}
