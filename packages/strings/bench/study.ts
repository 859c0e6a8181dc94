// The algorithms for study on the specification's grid: counted operations by kind, their fitted exponents, and seconds.
// Run: node bench/study.ts
import { Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import { kMismatchPeriodic } from '../src/bounded/k-mismatch-periodic.ts';
import { almostPeriodic, periodicSymbols, uniformSymbols } from '../src/claims/study-instances.ts';
import { hammingSqrt } from '../src/exact/hamming-sqrt.ts';
import { zipfPair } from '../src/instances.ts';
import { approximateExactTriangleCounts } from '../src/sums/exact-triangle.ts';
import { sumCounts } from '../src/sums/sum-counts.ts';
import { approximateThreeSumCounts } from '../src/sums/three-sum.ts';

type Counts = Record<string, number>;

interface Row {
  readonly size: number;
  readonly seconds: number;
  readonly operations: Counts;
}

/** Runs an experiment at every size, prints operations by kind over the size, and the exponent of their sum. */
function study(
  name: string,
  sizes: readonly number[],
  per: (size: number) => number,
  run: (size: number) => { readonly operations: object },
): void {
  const rows = sizes.map((size): Row => {
    const start = performance.now();
    const operations = run(size).operations as Counts;
    return { size, seconds: (performance.now() - start) / 1000, operations };
  });
  console.log(`\n${name}`);
  console.table(
    rows.map(({ size, seconds, operations }) => ({
      size,
      ...Object.fromEntries(
        Object.entries(operations)
          .filter(([kind]) => rows.some((row) => row.operations[kind] > 0))
          .map(([kind, count]) => [kind, (count / per(size)).toPrecision(3)]),
      ),
      all: (total(operations) / per(size)).toPrecision(4),
      seconds: seconds.toFixed(3),
    })),
  );
  const exponent = powerExponent(
    sizes,
    rows.map(({ operations }) => total(operations)),
  );
  console.log(`operations grow with exponent ${exponent.toFixed(3)} in the size`);
}

function total(operations: Counts): number {
  return Object.values(operations).reduce((sum, count) => sum + count, 0);
}

const lengths = [8, 9, 10, 11, 12, 13, 14].map((exponent) => 2 ** exponent);
for (const variant of ['randomized', 'deterministic'] as const) {
  const kinds = {
    'uniform, sqrt(m) symbols': (m: number) => {
      const random = mulberry32(5);
      return [4 * m, m].map((length) => uniformSymbols(length, Math.round(Math.sqrt(m)), random));
    },
    'Zipf, sqrt(m) symbols': (m: number) => {
      const { text, pattern } = zipfPair({ n: 4 * m, m, symbols: Math.round(Math.sqrt(m)) }, 5);
      return [Int32Array.from(text), Int32Array.from(pattern)];
    },
    'period 7, 1 % noise': (m: number) => {
      const random = mulberry32(5);
      return [4 * m, m].map((length) => periodicSymbols(length, 7, 0.01, random));
    },
  };
  for (const [kind, make] of Object.entries(kinds)) {
    study(
      `hammingSqrt, ${variant}, ${kind}, n = 4m, over n sqrt(m); size m`,
      lengths,
      (m) => 4 * m * Math.sqrt(m),
      (m) => {
        const [text, pattern] = make(m);
        return hammingSqrt(text, pattern, { variant }).operations;
      },
    );
  }
}

const universes = [14, 16, 18, 20].map((exponent) => 2 ** exponent);
for (const [kind, fill] of [
  ['random sets with U pairs', undefined],
  ['intervals with mean count 1', 1],
  ['intervals with mean count 16', 16],
] as const) {
  study(
    `sumCounts, ${kind}, over U; size U`,
    universes,
    (universe) => universe,
    (universe) => {
      const random = new Random(1);
      const draw = () => {
        const x = new Float64Array(universe);
        if (fill) return x.fill(1, 0, Math.round(Math.sqrt(2 * universe * fill)));
        for (const place of random.sample(universe, Math.sqrt(universe))) x[place] = 1;
        return x;
      };
      return sumCounts(draw(), draw());
    },
  );
}

for (const k of [8, 64]) {
  study(
    `kMismatchPeriodic, period 2, m = 2^12, k = ${k}, over n; size n`,
    [2 ** 16, 2 ** 17, 2 ** 18],
    (n) => n,
    (n) => {
      const { coloring: _, ...operations } = kMismatchPeriodic(...almostPeriodic(n, 2 ** 12, { period: 2, k }), k).operations
        .operations;
      return { operations };
    },
  );
}

for (const kappa of [4, 8, 16]) {
  study(
    `approximateExactTriangleCounts, kappa = ${kappa}, over n³; size n`,
    [32, 64, 128, 256],
    (n) => n ** 3,
    (n) => {
      const random = mulberry32(3);
      const draw = (bound: number) => ({
        rows: n,
        cols: n,
        values: Float64Array.from({ length: n * n }, () => Math.floor(random() * bound)),
      });
      return approximateExactTriangleCounts(draw(20), draw(20), draw(40), kappa);
    },
  );
}

for (const method of ['fredman', 'hash', 'sample'] as const) {
  study(
    `approximateThreeSumCounts by ${method}, kappa = 4, over N²; size N`,
    [32, 64, 128, 256],
    (size) => size ** 2,
    (size) => {
      const random = mulberry32(5);
      const draw = () => Math.floor(random() * 20 * size) - 10 * size;
      const sets = [7, -7, 1].map((step) => Array.from({ length: size }, (_, i) => (i % 4 === 0 ? draw() : step * i)));
      return approximateThreeSumCounts(sets[0], sets[1], sets[2], 4, { method });
    },
  );
}
