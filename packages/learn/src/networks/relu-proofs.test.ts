// What is called proved of convex networks is true: drawn instances with offsets, scales, duplicates and rows one rounding apart,
// against all patterns by exact arithmetic and the cheapest network that any method finds.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { reluProblem } from '../plugin.ts';
import { adamRelu } from './adam-relu.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluInterior } from './convex-relu-interior.ts';
import { enumeratePatterns } from './patterns.ts';
import type { ReluInstance, ReluLoss, ReluNetwork } from './relu-network.ts';
import { reluObjective } from './relu-network.ts';
import { check, reluLowerBound } from './two-layer-relu-checker.ts';
import type { reluWitness } from './two-layer-relu-prover.ts';
import { certify } from './two-layer-relu-prover.ts';

const LOSSES: readonly ReluLoss[] = ['squared', 'logistic', 'hinge'];

function drawn(random: Random): ReluInstance {
  const n = 2 + random.integer(5);
  const cols = 1 + random.integer(3);
  const offset = random.uniform() < 0.5 ? 0 : 10 ** (3 + 6 * random.uniform());
  const scale = random.uniform() < 0.8 ? 1 : 10 ** (200 * random.uniform() - 100);
  const values = random.normals(new Float64Array(n * cols)).map((value, k) => {
    const entry = k % cols === cols - 1 && cols > 1 ? 1 : offset + value;
    return scale * entry;
  });
  for (let k = 1; k < n; k++) {
    const kind = random.uniform();
    if (kind < 0.15) values.copyWithin(k * cols, 0, cols);
    else if (kind < 0.3)
      for (let j = 0; j < cols; j++) values[k * cols + j] = values[j] * (1 + (j === 0 ? 1 : 0) * Number.EPSILON);
    else if (kind < 0.35) values.fill(0, k * cols, (k + 1) * cols);
  }
  const loss = LOSSES[random.integer(3)];
  const targets = random.normals(new Float64Array(n)).map((t) => (loss === 'squared' ? t : t > 0 ? 1 : -1));
  return { points: { rows: n, cols, values }, targets, loss, beta: scale * 10 ** (-9 * random.uniform()) };
}

/** Twice the different lines through the origin, by cross products of whole numbers. */
function cellsInThePlane({ points: { rows, values } }: ReluInstance): number {
  const exact = (value: number): bigint => BigInt(value * 2 ** 40);
  const kept: [bigint, bigint][] = [];
  for (let k = 0; k < rows; k++) {
    const [a, b] = [exact(values[2 * k]), exact(values[2 * k + 1])];
    if (a === 0n && b === 0n) continue;
    if (!kept.some(([c, d]) => a * d === b * c)) kept.push([a, b]);
  }
  return kept.length === 0 ? 1 : 2 * kept.length;
}

/** The cheapest of what methods find, however they end. */
function cheapest(instance: ReluInstance): number {
  const found: ReluNetwork[] = [
    convexReluAdmm(instance, { maxIterations: 300, patterns: 'exact' }),
    convexReluInterior(instance, { maxIterations: 60, patterns: 'exact' }),
    adamRelu(instance, { maxIterations: 300, units: 6 }),
  ];
  return Math.min(...found.map((network) => reluObjective(instance, network)));
}

describe('proofs about convex networks', () => {
  it('are none where rows are nearly parallel and cells thin, unless they are true', () => {
    const values = Float64Array.from({ length: 14 }, (_, k) => (k % 2 ? 1 : 1e7 + (k >> 1)));
    const targets = Float64Array.from({ length: 7 }, (_, i) => Math.abs(i - 3));
    const instance = { points: { rows: 7, cols: 2, values }, targets, loss: 'squared', beta: 1e-9 } as const;
    expect(enumeratePatterns(instance.points).count).toBe(14);
    // y = |i - 3| by the units (1, -(1e7 + 3)) and its opposite costs next to nothing.
    const root = Math.sqrt(Math.hypot(1, 1e7 + 3));
    const exact: ReluNetwork = {
      hidden: { rows: 2, cols: 2, values: Float64Array.of(1, -(1e7 + 3), -1, 1e7 + 3).map((t) => t / root) },
      output: Float64Array.of(root, root),
    };
    const least = reluObjective(instance, exact);
    expect(least).toBeLessThan(0.021);
    for (const solver of [convexReluAdmm, convexReluInterior]) {
      const { lowerBound, isProof } = solver(instance, { maxIterations: 2000 });
      expect(isProof).toBe(true);
      expect(lowerBound).toBeLessThanOrEqual(least);
    }
  });

  const draws = process.env['INFIMUM_FULL'] ? 2000 : 150;
  it(`are never false, on ${draws} drawn instances`, () => {
    const random = new Random(21);
    let proved = 0;
    for (let draw = 0; draw < draws; draw++) {
      const instance = drawn(random);
      if (
        instance.points.cols === 2 &&
        instance.points.values.every((t) => Math.abs(t) < 2 ** 40 && Number.isInteger(t * 2 ** 40))
      )
        expect(enumeratePatterns(instance.points).count).toBe(cellsInThePlane(instance));
      const { lowerBound, isProof, value } = convexReluAdmm(instance, { maxIterations: 150, patterns: 'exact' });
      const least = Math.min(value, cheapest(instance));
      if (isProof) proved++;
      if (isProof) expect(lowerBound, `draw ${draw}`).toBeLessThanOrEqual(least * (1 + 1e-12));
    }
    expect(proved).toBeGreaterThan(0.9 * draws);
  }, 600_000);

  it('are refused or weaker, never false, from witnesses that were changed', () => {
    const random = new Random(22);
    let proved = 0;
    for (let draw = 0; draw < 60; draw++) {
      const instance = drawn(random);
      const network = convexReluInterior(instance, { maxIterations: 60, patterns: 'exact' });
      const witness = certify(instance, network) as ReturnType<typeof reluWitness>;
      if (!witness) continue;
      proved++;
      const least = Math.min(network.value, cheapest(instance)) * (1 + 1e-12);
      const changed: unknown[] = [
        undefined,
        {},
        { ...witness, cells: witness.cells.slice(1) },
        { ...witness, cells: witness.cells.map(([a, b]) => [b, a]) },
        { ...witness, nu: Float64Array.from(witness.nu, (t) => -t) },
        { ...witness, nu: Float64Array.from(witness.nu, (t) => 2 * t) },
        { ...witness, nu: Float64Array.from(witness.nu, () => Number.NaN) },
        { ...witness, cells: witness.cells.map(([a, b]) => [{ ...a, values: a.values.map((t) => 0.5 * t) }, b]) },
        { ...witness, cells: witness.cells.map(([a, b]) => [{ rows: [0], values: [-1e9] }, b ?? a]) },
        {
          ...witness,
          cells: witness.cells.map(() => [
            { rows: [], values: [] },
            { rows: [], values: [] },
          ]),
        },
        { ...witness, cells: witness.cells.map(() => null) },
      ];
      for (const one of changed) {
        const bound = reluLowerBound(instance, one);
        if (bound !== undefined) expect(bound).toBeLessThanOrEqual(least);
        expect(() => check(instance, network, one)).not.toThrow();
      }
    }
    expect(proved).toBeGreaterThan(20);
  });
});

describe('enumeratePatterns', () => {
  it('refuses what may have too many patterns at once, and says so', () => {
    const points = { rows: 60, cols: 6, values: new Random(1).normals(new Float64Array(360)) };
    const started = performance.now();
    expect(() => enumeratePatterns(points)).toThrow('more than 200000 patterns');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('lists all patterns of 60 points with two columns and a bias', () => {
    const values = new Random(2).normals(new Float64Array(180)).map((t, k) => (k % 3 === 2 ? 1 : t));
    expect(enumeratePatterns({ rows: 60, cols: 3, values }).count).toBe(2 * (1 + 59 + (59 * 58) / 2));
  });
});

it('is the kind of certificate that the problem has', async () => {
  const kind = reluProblem.certificates?.['optimum'];
  const instance: ReluInstance = {
    points: { rows: 3, cols: 2, values: Float64Array.of(-1, 1, 0, 1, 1, 1) },
    targets: Float64Array.of(1, 0, 1),
    loss: 'squared',
    beta: 0.01,
  };
  const solution = convexReluInterior(instance);
  expect(kind?.declines?.(instance, solution)).toBeUndefined();
  const [prover, checker] = [await kind?.prover(), await kind?.checker()];
  const verdict = checker?.check(instance, solution, prover?.certify(instance, solution));
  expect(verdict?.proved).toBe(true);
  if (verdict?.proved) {
    expect(verdict.figures['gap'].upper).toBeLessThan(1e-3);
    expect(verdict.figures['gap'].lower).toBeGreaterThanOrEqual(0);
  }
});
