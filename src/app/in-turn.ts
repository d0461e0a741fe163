/** Where there are more than `most`, the next ones in order, going round; `cursors` says for each key where to go on. */
export function inTurn<T>(items: readonly T[], most: number, cursors: Map<number, number>, key: number): readonly T[] {
  if (items.length <= most) return items;
  const from = (cursors.get(key) ?? 0) % items.length;
  cursors.set(key, from + most);
  return [...items.slice(from), ...items.slice(0, from)].slice(0, most);
}
