// Checks of sketched steps, at sizes for either suite.
import { expect } from 'vitest';
import { adaSketchNewton } from '../constrained/ada-sketch-newton.ts';
import { gridProgram } from '../constrained/data-programs.ts';
import { exactAugmentedLagrangian } from '../constrained/exact-augmented-lagrangian.ts';
import { iterativeSketch } from '../constrained/inner-solvers.ts';

/** Expects 20 steps to contract by at least the rate of randomized Kaczmarz, on average over so many runs. */
export function expectContraction(runs: number): void {
  const matrix = { rows: 3, cols: 3, values: Float64Array.of(2, 0, 1, 0, 4, 1, 1, 1, 0) };
  const b = Float64Array.of(1, 2, 3);
  const exact = [11 / 6, 7 / 6, -8 / 3];
  const square = exact.reduce((sum, value) => sum + value * value, 0);
  for (const [sketch, rate] of [
    ['weighted-kaczmarz', 0.0150841],
    ['kaczmarz', 0.0397964],
    ['gaussian', 0.051],
  ] as const) {
    let mean = 0;
    for (let seed = 0; seed < runs; seed++) {
      const solver = iterativeSketch(sketch, 1, 20, seed);
      const z = new Float64Array(3);
      solver.begin(matrix, b);
      solver.improve(z, 0);
      mean += exact.reduce((sum, value, i) => sum + (z[i] - value) ** 2, 0) / square / runs;
    }
    expect(mean).toBeLessThanOrEqual((1 - rate) ** 20 * 1.05);
  }
}

/** Expects a grid of so many points a side to be controlled in steps that cost the entries of a row. */
export function expectControl(side: number): void {
  const program = gridProgram(side);
  const initial = new Float64Array(program.variables).fill(1);
  const settings = { sketch: 'weighted-kaczmarz', innerLimit: 1e9, tolerance: 1e-6, seed: 1 } as const;
  const { status, value, innerIterations, trace = [] } = adaSketchNewton(program, initial, { ...settings, trace: true });
  expect(status).toBe('converged');
  expect(value).toBeCloseTo(exactAugmentedLagrangian(program, initial).value, 3);
  // Rows have seven entries at most; the residual of all takes their 500 entries every 108 steps.
  expect(trace.at(-1)?.flops).toBeLessThan(20 * innerIterations);
}
