// GP-UCB: a Gaussian process over context and factor, and the factor whose iterations could be fewest.
//
// N. Srinivas, A. Krause, S. Kakade, M. Seeger: Gaussian process optimization in the bandit setting, arXiv 0912.3995 (2009).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { defaultGrid, relaxationSteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';

const gpUcbOptions = {
  arms: { type: 'integer', min: 1, max: 1000, default: 20, description: 'Factors in the grid from 1 to 1.95' },
  memory: { type: 'integer', min: 1, max: 1000, default: 80, description: 'Number of latest systems to remember' },
  confidenceWidth: { type: 'number', min: 0, default: 1, description: 'Width of the confidence bounds in standard deviations' },
} as const satisfies OptionSpecs;

/** Width of the kernel, where contexts and factors span [0, 1]. */
const LENGTH = 0.2;
/** Variance of the logarithm of iterations that is no function of context and factor. */
const NOISE = 0.02;

export const gpUcbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-gp-ucb',
  title: 'Relaxation by GP-UCB',
  summary: 'A Gaussian process for the logarithm of the iterations over context and factor.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: {
    title: 'Gaussian Process Optimization in the Bandit Setting: No Regret and Experimental Design',
    arxiv: '0912.3995',
    year: 2009,
  },
  cost: 'O(m^3 + A m^2) \\text{ per system for } m \\text{ remembered}',
  options: gpUcbOptions,
  steps: (instance, options) => {
    const { arms, memory, confidenceWidth } = resolveOptions(gpUcbOptions, options);
    const grid = defaultGrid(arms);
    const [low, high] = rangeOf(instance.contexts);
    const seen: { z: number; u: number; y: number }[] = [];
    let latest = { z: 0, u: 0 };
    return relaxationSteps(
      instance,
      (_, context) => {
        const z = high > low ? (context - low) / (high - low) : 0;
        const place = lowestBound(seen, z, arms, confidenceWidth);
        latest = { z, u: place / Math.max(1, arms - 1) };
        return grid[place];
      },
      (iterations) => {
        seen.push({ ...latest, y: Math.log(1 + iterations) });
        if (seen.length > memory) seen.shift();
      },
    );
  },
});

/** The arm with the least mean - confidenceWidth · deviation of the process. */
function lowestBound(
  seen: readonly { z: number; u: number; y: number }[],
  z: number,
  arms: number,
  confidenceWidth: number,
): number {
  const n = seen.length;
  if (n === 0) return Math.floor(arms / 2);
  const mean = seen.reduce((sum, { y }) => sum + y, 0) / n;
  const variance = Math.max(0.05, seen.reduce((sum, { y }) => sum + (y - mean) ** 2, 0) / n);
  const kernel = (z1: number, u1: number, z2: number, u2: number) =>
    variance * Math.exp(-((z1 - z2) ** 2 + (u1 - u2) ** 2) / (2 * LENGTH * LENGTH));
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = kernel(seen[i].z, seen[i].u, seen[j].z, seen[j].u) + (i === j ? NOISE : 0);
      for (let k = 0; k < j; k++) sum -= factor[i * n + k] * factor[j * n + k];
      factor[i * n + j] = i === j ? Math.sqrt(Math.max(sum, NOISE / 2)) : sum / factor[j * n + j];
    }
  }
  const forward = (right: Float64Array) => {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) right[i] -= factor[i * n + k] * right[k];
      right[i] /= factor[i * n + i];
    }
    return right;
  };
  const targets = forward(Float64Array.from(seen, ({ y }) => y - mean));
  let [best, place] = [Infinity, 0];
  for (let arm = 0; arm < arms; arm++) {
    const u = arm / Math.max(1, arms - 1);
    const row = forward(Float64Array.from(seen, (point) => kernel(point.z, point.u, z, u)));
    let [value, known] = [mean, 0];
    for (let i = 0; i < n; i++) {
      value += row[i] * targets[i];
      known += row[i] * row[i];
    }
    const bound = value - confidenceWidth * Math.sqrt(Math.max(0, variance - known));
    if (bound < best) [best, place] = [bound, arm];
  }
  return place;
}
