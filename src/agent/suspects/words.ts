/**
 * Text to terms: the smallest units in which a symptom and a change can be compared. Identifiers are split on case and
 * underscore and also kept joined, so that `ActiveJob`, `active_job` and "Active Job" meet.
 */

/** Words of one identifier or compound, in lower case, digits apart only where they start a new word. */
export function subwords(token: string): string[] {
  return token
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word.length > 1);
}

/** The joined form of an identifier of two words and more; null for a plain word. */
export function joined(token: string): string | null {
  const words = subwords(token);
  return words.length > 1 ? words.join("") : null;
}

/** English endings taken off, so that "failing", "failed" and "fails" meet. Not a word, only a key. */
export function stem(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  let root = plural(word);
  root = ending(root, "ing");
  root = ending(root, "ed");
  root = ending(root, "ly");
  root = ending(root, "ment");
  if (root.length > 5 && /[ts]ion$/.test(root)) root = root.slice(0, -3);
  if (root.length > 5 && /(er|or)$/.test(root)) root = root.slice(0, -2);
  if (root.length > 3 && root.endsWith("e")) root = root.slice(0, -1);
  if (root.length > 3 && root.endsWith("y")) root = `${root.slice(0, -1)}i`;
  return root;
}

function plural(word: string): string {
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith("s") && !/(ss|us|is)$/.test(word)) return word.slice(0, -1);
  return word;
}

function ending(word: string, suffix: string): string {
  if (!word.endsWith(suffix)) return word;
  const root = word.slice(0, -suffix.length);
  if (root.length < 3 || !/[aeiouy]/.test(root)) return word;
  return /([^aeioulsz])\1$/.test(root) ? root.slice(0, -1) : root;
}
