/** A probability in 0..1 as `98 %`. What is merely near an end is not said to be certain: `under 1 %`, `over 99 %`. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 0 && share > 0) return "under 1 %";
  if (rounded === 100 && share < 1) return "over 99 %";
  return `${rounded} %`;
}
