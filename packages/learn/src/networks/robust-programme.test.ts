// Robust training by the hinge with the l1 norm of blocks is a linear programme: its optimum by HiGHS, which shares nothing with
// the package but the list of patterns.
import { Random } from '@infimum/core';
import type { LegacyHighs } from 'highs';
import highsModule from 'highs';
import { expect, it } from 'vitest';
import { enumeratePatterns } from './patterns.ts';
import type { ReluInstance } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const highs = await (highsModule as unknown as () => Promise<LegacyHighs>)();

/** min (1/n) sum_k h_k + beta sum_i |v_i|_1 over the patterns, v before w, with bounds a of |v| and b of |T|. */
function leastWorstLoss({ points, targets, beta, radii = new Float64Array(points.cols) }: ReluInstance): number {
  const { rows, cols, values } = points;
  const { count, bits } = enumeratePatterns(points);
  const patterns = Array.from({ length: count }, (_, i) => bits.slice(i * rows, (i + 1) * rows));
  if (!patterns.some((pattern) => pattern.every((bit) => bit === 1))) patterns.push(new Uint8Array(rows).fill(1));
  const blocks = [...patterns, ...patterns];
  const term = (factor: number, name: string) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`;
  const columns = Array.from({ length: cols }, (_, j) => j);
  const constraints: string[] = [];
  const free: string[] = [];
  const above = (bound: string, name: string) => {
    constraints.push(`${bound} - ${name} >= 0`, `${bound} + ${name} >= 0`);
    free.push(` ${name} free`);
  };
  blocks.forEach((pattern, i) => {
    for (const j of columns) above(`a${i}_${j}`, `v${i}_${j}`);
    for (let k = 0; k < rows; k++) {
      const heights = columns.map((j) => term((2 * pattern[k] - 1) * values[k * cols + j], `v${i}_${j}`));
      const reach = columns.map((j) => term(-radii[j], `a${i}_${j}`));
      constraints.push(`${heights.join(' ')} ${reach.join(' ')} >= 0`);
    }
  });
  targets.forEach((y, k) => {
    for (const j of columns) {
      above(`b${k}_${j}`, `t${k}_${j}`);
      const parts = blocks.flatMap((pattern, i) =>
        pattern[k] === 1 ? [term(i < patterns.length ? -1 : 1, `v${i}_${j}`)] : [],
      );
      constraints.push(`t${k}_${j} ${parts.join(' ')} = 0`);
    }
    const score = columns.map((j) => term(y * values[k * cols + j], `t${k}_${j}`));
    const reach = columns.map((j) => term(-radii[j], `b${k}_${j}`));
    constraints.push(`h${k} ${score.join(' ')} ${reach.join(' ')} >= 1`);
  });
  const losses = Array.from(targets, (_, k) => term(1 / rows, `h${k}`));
  const penalty = blocks.flatMap((_, i) => columns.map((j) => term(beta, `a${i}_${j}`)));
  const numbered = constraints.map((constraint, c) => ` c${c}: ${constraint}`).join('\n');
  const program = `Minimize\n obj: ${[...losses, ...penalty].join(' ')}\nSubject To\n${numbered}\nBounds\n${free.join('\n')}\nEnd`;
  return highs.solve(program).ObjectiveValue;
}

// The other instances are among the long tests; seed 2 at radius 0.8 takes 20 000 iterations to four digits.
const instances = [
  [3, 0.8],
  [1, 0.1],
  [2, 0.3],
  [2, 0.8],
].slice(0, process.env['INFIMUM_FULL'] ? undefined : 1);

it.each(instances)(
  'the certified loss and the penalty are the optimum of the linear programme, seed %d, radius %d',
  (seed, radius) => {
    const random = new Random(seed);
    const targets = Float64Array.of(1, -1, 1, -1, 1);
    const values = Float64Array.from({ length: 15 }, (_, at) =>
      at % 3 === 2 ? 1 : (at % 3 === 0 ? targets[Math.floor(at / 3)] : 0) + 0.5 * random.normal(),
    );
    const instance = {
      points: { rows: 5, cols: 3, values },
      targets,
      loss: 'hinge',
      beta: 0.02,
      radii: Float64Array.of(radius, radius, 0),
    } as const;
    const optimum = leastWorstLoss(instance);
    const { certifiedLoss, hidden, output, violation } = robustRelu(instance, {
      patterns: 'exact',
      perturbedPatterns: 0,
      groupNorm: 'l1',
      tolerance: 1e-7,
      maxIterations: 20_000,
    });
    const penalty = output.reduce((sum, weight, unit) => {
      const row = hidden.values.subarray(3 * unit, 3 * unit + 3);
      return sum + Math.abs(weight) * row.reduce((size, value) => size + Math.abs(value), 0);
    }, 0);
    const value = certifiedLoss + instance.beta * penalty;
    expect(violation).toBeLessThan(1e-6);
    expect(value / optimum).toBeGreaterThan(1 - 1e-5);
    expect(value / optimum).toBeLessThan(1 + 1e-4);
  },
);
