import { writeFileSync } from "node:fs";

/** Into the file that `--out` names, or out where none is named. Throws a sentence that names the flag. */
export function writeOut(file: string | null, text: string, out: Pick<NodeJS.WritableStream, "write">): void {
  if (file === null) {
    out.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch {
    throw new Error(`--out: ${file} cannot be written.`);
  }
}
