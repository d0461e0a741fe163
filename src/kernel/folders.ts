/** Every folder that a path lies in, the outermost first: `a/b/c.js` lies in `a` and `a/b`. */
export function foldersOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}
