/** Reads what a step wrote to GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STATE: `name=value` lines and heredocs. */

export class FileCommandError extends Error {
  override readonly name = "FileCommandError";
}

/** Throws `FileCommandError` with GitHub's words; the step fails then. */
export function parsePairs(text: string): readonly (readonly [name: string, value: string])[] {
  const lines = text.split(/\r?\n/);
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      if (equals === 0) throw new FileCommandError(`Invalid format '${line}'. Name must not be empty`);
      pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
    } else if (heredoc >= 0) {
      const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
      if (name === "" || delimiter === "")
        throw new FileCommandError(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      const end = lines.indexOf(delimiter, i + 1);
      if (end < 0) throw new FileCommandError(`Invalid value. Matching delimiter not found '${delimiter}'`);
      pairs.push([name, lines.slice(i + 1, end).join("\n")]);
      i = end;
    } else throw new FileCommandError(`Invalid format '${line}'`);
  }
  return pairs;
}
