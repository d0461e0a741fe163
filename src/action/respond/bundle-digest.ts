import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { digestOf, sha256 } from "../../kernel/digest.ts";

/**
 * SHA-256 over the names and contents of the files that this Action was started from, so that the record says which code acted;
 * null where it does not run from a bundle.
 */
export function bundleDigest(entry = process.argv[1] ?? ""): string | null {
  if (basename(entry) !== "index.js") return null;
  try {
    const dir = dirname(entry);
    const files = readdirSync(dir).filter((name) => name.endsWith(".js"));
    return digestOf(Object.fromEntries(files.map((name) => [name, sha256(readFileSync(join(dir, name)))])));
  } catch {
    return null;
  }
}
