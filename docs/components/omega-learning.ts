// A heat equation whose conductivity changes all the time, and a solver that learns its relaxation factor during the simulation.
import type { RelaxationTuner } from '@infimum/bandits-rl';
import { tuneRelaxation } from '@infimum/bandits-rl';

/** Inner points of a side. */
export const SIDE = 20;
/** Length of a time step. */
const STEP = 1 / 400;
/** Fixed factors, for comparison. */
export const FIXED = [1, 1.4, 1.8] as const;

/** The conductivity: small for half of the time, then up to a hundred times as large. */
export const conductivity = (time: number): number =>
  Math.max(0.1 * Math.sin(2 * Math.PI * time), -10 * Math.sin(2 * Math.PI * time)) + 0.01;

/** An implicit step, (I + κ dt L) u' = u + dt source, in rows: five-point differences. */
function stepMatrix(kappa: number) {
  const size = SIDE * SIDE;
  const weight = kappa * STEP * (SIDE + 1) ** 2;
  const rowPointers = new Int32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < size; i++) {
    const column = i % SIDE;
    for (const [other, isThere] of [
      [i - SIDE, i >= SIDE],
      [i - 1, column > 0],
      [i, true],
      [i + 1, column < SIDE - 1],
      [i + SIDE, i + SIDE < size],
    ] as const) {
      if (!isThere) continue;
      columns.push(other);
      values.push(other === i ? 1 + 4 * weight : -weight);
    }
    rowPointers[i + 1] = columns.length;
  }
  return { rows: size, cols: size, rowPointers, columnIndices: Int32Array.from(columns), values: Float64Array.from(values) };
}

/** The plate, and solvers that all solve the same systems. */
export class HeatedPlate {
  /** Temperatures. */
  temperature = new Float64Array(SIDE * SIDE);
  /** Time steps so far. */
  steps = 0;
  /** Time, factor, conductivity of the last steps. */
  readonly choices: { readonly kappa: number; readonly factor: number; readonly iterations: number }[] = [];
  readonly #tuner: RelaxationTuner;
  readonly #fixed: readonly RelaxationTuner[];

  constructor(seed: number) {
    const shared = { method: 'ssor-cg', tolerance: 1e-8, seed } as const;
    this.#tuner = tuneRelaxation({ ...shared, minContext: 0, maxContext: 10.1 });
    this.#fixed = FIXED.map((factor) => tuneRelaxation({ ...shared, grid: Float64Array.of(factor) }));
  }

  /** Iterations of all steps: of the one that learns, then of the fixed factors. */
  get totals(): readonly number[] {
    return [this.#tuner.total, ...this.#fixed.map(({ total }) => total)];
  }

  /** A step of time. */
  advance(): void {
    const time = this.steps * STEP;
    const kappa = conductivity(time + STEP / 2);
    const a = stepMatrix(kappa);
    const [cx, cy] = [0.5 + Math.cos(16 * Math.PI * time) / 4, 0.5 + Math.sin(16 * Math.PI * time) / 4];
    const b = this.temperature.map((value, i) => {
      const [x, y] = [((i % SIDE) + 1) / (SIDE + 1), (Math.floor(i / SIDE) + 1) / (SIDE + 1)];
      return value + 32 * STEP * Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / 0.01);
    });
    const { x: next, relaxation, iterations } = this.#tuner.solve(a, b, { context: kappa, initial: this.temperature });
    for (const solver of this.#fixed) solver.solve(a, b, { initial: this.temperature });
    this.temperature = Float64Array.from(next);
    this.choices.push({ kappa, factor: relaxation, iterations });
    if (this.choices.length > 1500) this.choices.shift();
    this.steps++;
  }
}
