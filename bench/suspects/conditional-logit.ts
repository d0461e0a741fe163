/** One question: answers by their features, and which of them are right. */
export type Choice = {
  readonly rows: readonly (readonly number[])[];
  readonly right: readonly boolean[];
  readonly weight: number;
};

const STEPS = 60;

/**
 * Slopes that make the right answers likely, held at `start` by `ridge`: damped Newton steps on the conditional likelihood.
 * Where several answers are right, any of them counts. Throws nothing; stops when a step no longer helps.
 */
export function fitChoices(choices: readonly Choice[], start: readonly number[], ridge: number): number[] {
  let slopes = [...start];
  let loss = lossAt(choices, slopes, start, ridge);
  for (let step = 0; step < STEPS; step += 1) {
    const { gradient, curvature } = slopesAt(choices, slopes, start, ridge);
    const direction = solve(curvature, gradient);
    let reach = 1;
    let next = slopes;
    let better = loss;
    for (; reach > 1e-4; reach /= 2) {
      next = slopes.map((slope, at) => slope - reach * (direction[at] ?? 0));
      better = lossAt(choices, next, start, ridge);
      if (better < loss) break;
    }
    if (loss - better < 1e-7 * Math.abs(loss)) return slopes;
    slopes = next;
    loss = better;
  }
  return slopes;
}

function chances({ rows, right }: Choice, slopes: readonly number[]) {
  const sums = rows.map((row) => row.reduce((sum, value, at) => sum + value * (slopes[at] ?? 0), 0));
  const highest = Math.max(...sums);
  const weights = sums.map((sum) => Math.exp(sum - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const all = weights.map((weight) => weight / total);
  const hit = all.reduce((sum, chance, at) => sum + (right[at] ? chance : 0), 0);
  return { all, hit: Math.max(hit, 1e-12) };
}

function lossAt(
  choices: readonly Choice[],
  slopes: readonly number[],
  start: readonly number[],
  ridge: number,
): number {
  const held = slopes.reduce((sum, slope, at) => sum + (slope - (start[at] ?? 0)) ** 2, 0);
  return choices.reduce(
    (sum, choice) => sum - choice.weight * Math.log(chances(choice, slopes).hit),
    (ridge / 2) * held,
  );
}

function slopesAt(choices: readonly Choice[], slopes: readonly number[], start: readonly number[], ridge: number) {
  const size = slopes.length;
  const gradient = slopes.map((slope, at) => ridge * (slope - (start[at] ?? 0)));
  const curvature = slopes.map((_, at) => slopes.map((__, other) => (at === other ? ridge + 1e-9 : 0)));
  for (const choice of choices) {
    const { all, hit } = chances(choice, slopes);
    const mean = new Array<number>(size).fill(0);
    choice.rows.forEach((row, answer) => {
      const chance = all[answer] ?? 0;
      const pull = choice.weight * (chance - (choice.right[answer] ? chance / hit : 0));
      for (let at = 0; at < size; at += 1) {
        const value = row[at] ?? 0;
        mean[at] = (mean[at] ?? 0) + chance * value;
        gradient[at] = (gradient[at] ?? 0) + pull * value;
        const line = curvature[at];
        if (line && value !== 0) {
          const part = choice.weight * chance * value;
          for (let other = 0; other < size; other += 1) line[other] = (line[other] ?? 0) + part * (row[other] ?? 0);
        }
      }
    });
    curvature.forEach((line, at) => {
      for (let other = 0; other < size; other += 1) {
        line[other] = (line[other] ?? 0) - choice.weight * (mean[at] ?? 0) * (mean[other] ?? 0);
      }
    });
  }
  return { gradient, curvature };
}

/** Gaussian elimination with pivoting; the matrix is positive definite by its ridge. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  const size = rows.length;
  const cell = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(cell(row, column)) > Math.abs(cell(pivot, column))) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const factor = cell(row, column) / cell(column, column);
      rows[row] = (rows[row] ?? []).map((value, at) => value - factor * cell(column, at));
    }
  }
  return rows.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}
