// The path of Lemke and Howson with whole numbers, free of rounding.
//
// Integer pivoting: Edmonds; von Stengel, "Computing equilibria for two-person games" (2002).
import type { Fraction } from '@infimum/rigor';
import { fraction, gcd, toNumber } from '@infimum/rigor';
import type { NormalFormGame } from './normal-form-game.ts';
import { exactPayoffs } from './normal-form-game.ts';
import type { Tableau } from './rational-simplex.ts';
import { pivot } from './rational-simplex.ts';

interface IntegerTableau extends Tableau {
  readonly firstSlack: number;
}

/** Whole numbers with the same differences up to a positive factor; the least is 1. */
export function positiveIntegers(values: readonly Fraction[]): { integers: bigint[]; factor: bigint; shift: bigint } {
  let factor = 1n;
  for (const { den } of values) factor = (factor / gcd(factor, den)) * den;
  const scaled = values.map(({ num, den }) => num * (factor / den));
  let least = scaled[0];
  for (const value of scaled) if (value < least) least = value;
  return { integers: scaled.map((value) => value - least + 1n), factor, shift: 1n - least };
}

/** Walks the path of a label; yields every few pivots. */
export function* exactPath(
  game: NormalFormGame,
  label: number,
): Generator<void, { strategies: Float64Array[]; pivots: number }, void> {
  const [rows, cols] = game.actions;
  const [a, b] = exactPayoffs(game).map((values) => positiveIntegers(values).integers);
  const x = tableau(cols, rows, (j, i) => b[i * cols + j], rows, 0);
  const y = tableau(rows, cols, (i, j) => a[i * cols + j], 0, rows);
  let side = label < rows ? x : y;
  let enter = label;
  for (let pivots = 1; ; pivots++) {
    const col = side.free.indexOf(enter);
    const row = leavingRow(side, col);
    enter = side.basic[row];
    pivot(side, row, col);
    side = side === x ? y : x;
    if (enter === label) {
      return { strategies: [strategyOf(x, rows, 0), strategyOf(y, cols, rows)], pivots };
    }
    yield;
  }
}

function tableau(
  height: number,
  variables: number,
  entry: (row: number, variable: number) => bigint,
  firstSlack: number,
  firstVariable: number,
): IntegerTableau {
  return {
    t: Array.from({ length: height }, (_, i) => [...Array.from({ length: variables }, (_, j) => entry(i, j)), 1n]),
    basic: Array.from({ length: height }, (_, i) => firstSlack + i),
    free: Array.from({ length: variables }, (_, j) => firstVariable + j),
    firstSlack,
    denominator: 1n,
  };
}

/** The lexicographic ratio test. */
function leavingRow(tableau: IntegerTableau, col: number): number {
  const { t } = tableau;
  let row = -1;
  for (let i = 0; i < t.length; i++) {
    if (t[i][col] > 0n && (row < 0 || isSmaller(tableau, i, row, col))) row = i;
  }
  return row;
}

function isSmaller({ t, basic, free, firstSlack, denominator }: IntegerTableau, a: number, b: number, col: number): boolean {
  const rhs = free.length;
  const difference = (left: bigint, right: bigint) => left * t[b][col] - right * t[a][col];
  const first = difference(t[a][rhs], t[b][rhs]);
  if (first !== 0n) return first < 0n;
  for (let slack = firstSlack; slack < firstSlack + t.length; slack++) {
    const at = free.indexOf(slack);
    const value = (row: number) => (at >= 0 ? t[row][at] : basic[row] === slack ? denominator : 0n);
    const next = difference(value(a), value(b));
    if (next !== 0n) return next < 0n;
  }
  return false;
}

function strategyOf({ t, basic, free }: IntegerTableau, count: number, first: number): Float64Array {
  const weights = Array.from({ length: count }, (_, k) => {
    const row = basic.indexOf(first + k);
    return row < 0 ? 0n : t[row][free.length];
  });
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  return Float64Array.from(weights, (weight) => toNumber(fraction(weight, sum)));
}
