// Two overlapping peaks fitted to noisy points: a nonlinear least-squares problem, for the benchmark of Newton methods.
import { Random } from '@infimum/core';
import type { EquationSystem } from '../src/objectives/nonlinear-equations.ts';

/** Points, the parameters to start from (height, place, width, twice), and the model with its derivatives. */
export interface PeakFit {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly initial: Float64Array;
  /** The residuals as equations. */
  readonly system: EquationSystem;
  /** The model as a function of its parameters and then of x, and its derivatives. */
  readonly model: (parameters: ArrayLike<number>) => (x: number) => number;
  readonly derivatives: (parameters: ArrayLike<number>) => (x: number) => number[];
}

/** So many points on (0, 10) with noise N(0, 0.02). */
export function peakFit(points: number, seed: number): PeakFit {
  const random = new Random(seed);
  const model = (p: ArrayLike<number>) => (t: number) => peak(p, 0, t) + peak(p, 3, t);
  const derivatives = (p: ArrayLike<number>) => (t: number) => [...slopes(p, 0, t), ...slopes(p, 3, t)];
  const x = Float64Array.from({ length: points }, (_, i) => (10 * (i + 0.5)) / points);
  const truth = model([1, 4, 0.9, 0.7, 5.8, 0.6]);
  const y = x.map((t) => truth(t) + 0.02 * random.normal());
  return {
    x,
    y,
    initial: Float64Array.of(0.7, 3.4, 1.4, 1, 6.5, 1),
    model,
    derivatives,
    system: {
      dimension: 6,
      equations: points,
      residual: (p, out) => {
        const f = model(p);
        for (let i = 0; i < points; i++) out[i] = f(x[i]) - y[i];
      },
      jacobian: (p, out) => {
        const slopesAt = derivatives(p);
        for (let i = 0; i < points; i++) out.set(slopesAt(x[i]), 6 * i);
      },
    },
  };
}

function peak(p: ArrayLike<number>, at: number, t: number): number {
  const u = (t - p[at + 1]) / p[at + 2];
  return p[at] * Math.exp(-u * u);
}

function slopes(p: ArrayLike<number>, at: number, t: number): [number, number, number] {
  const u = (t - p[at + 1]) / p[at + 2];
  const power = Math.exp(-u * u);
  const along = (2 * p[at] * u * power) / p[at + 2];
  return [power, along, along * u];
}
