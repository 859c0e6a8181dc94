// Relaxation factors without learning: a fixed one, Young's from an estimated spectrum, and the best for every system by trial: too
// expensive in practice, but the reference for all methods.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { csrDiagonal, optimalRelaxation } from '@infimum/linalg';
import { relaxationSteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';
import { relaxedSolve } from './relaxed-solve.ts';
import type { RelaxationInstance } from './system-sequence.ts';
import { SOLVE_CAP, SystemSequence } from './system-sequence.ts';

const youngPaper = {
  title: 'Iterative methods for solving partial difference equations of elliptic type',
  year: 1954,
} as const;

const fixedRelaxationOptions = {
  relaxation: { type: 'number', above: 0, below: 2, default: 1.5, description: 'The factor' },
} as const satisfies OptionSpecs;

export const fixedRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-fixed',
  title: 'A fixed factor',
  summary: 'The same relaxation factor for all systems.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: youngPaper,
  cost: 'O(1) \\text{ per system, besides its iterations}',
  options: fixedRelaxationOptions,
  steps: (instance, options) => {
    const { relaxation } = resolveOptions(fixedRelaxationOptions, options);
    return relaxationSteps(
      instance,
      () => relaxation,
      () => {},
    );
  },
});

const spectralRelaxationOptions = {
  powerIterations: {
    type: 'integer',
    min: 1,
    max: 10_000,
    default: 20,
    description: 'Matrix products to estimate the spectral radius',
  },
} as const satisfies OptionSpecs;

export const spectralRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-spectral',
  title: 'Young’s factor',
  summary: 'Estimates the spectral radius of Jacobi’s iteration for every system and uses the best factor for it.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: youngPaper,
  cost: 'O(p \\cdot \\mathrm{entries}) \\text{ per system for } p \\text{ products, besides its iterations}',
  options: spectralRelaxationOptions,
  steps: (instance, options) => {
    const { powerIterations } = resolveOptions(spectralRelaxationOptions, options);
    const sequence = new SystemSequence(instance);
    return relaxationSteps(
      instance,
      (t) => optimalRelaxation(jacobiRadius(sequence.matrix(t), powerIterations)),
      () => {},
    );
  },
});

/** The spectral radius of I - D⁻¹A for a symmetric A, from below, by power iterations in the norm of D; below one. */
export function jacobiRadius(a: CsrMatrix, iterations: number): number {
  const diagonal = csrDiagonal(a);
  const { rows, rowPointers, columnIndices, values } = a;
  let x = Float64Array.from({ length: rows }, (_, i) => 1 + 0.1 * Math.sin(i + 1));
  let radius = 0;
  for (let step = 0; step < iterations; step++) {
    const image = new Float64Array(rows);
    let [before, after] = [0, 0];
    for (let i = 0; i < rows; i++) {
      let sum = diagonal[i] * x[i];
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum -= values[k] * x[columnIndices[k]];
      image[i] = sum / diagonal[i];
      before += x[i] * x[i];
      after += image[i] * image[i];
    }
    if (!(after > 0) || !(before > 0)) return 0;
    radius = Math.sqrt(after / before);
    const norm = Math.sqrt(after);
    x = image.map((value) => value / norm);
  }
  return Math.min(radius, 1 - 1e-6);
}

const optimalRelaxationOptions = {
  runs: { type: 'integer', min: 7, max: 200, default: 12, description: 'Solves to find the best factor of a system' },
} as const satisfies OptionSpecs;

export const optimalRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-oracle',
  title: 'The best factor of every system',
  summary: 'Tries factors on every system before solving it: no bandit can beat it, at many times the work.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: { title: 'Sequential minimax search for a maximum', year: 1953 },
  cost: 'O(\\mathrm{runs}) \\text{ solves a system}',
  options: optimalRelaxationOptions,
  steps: (instance, options) => {
    const { runs } = resolveOptions(optimalRelaxationOptions, options);
    const oracle = bestOfEach(instance, runs);
    return relaxationSteps(
      instance,
      (t) => oracle(t),
      () => {},
    );
  },
});

/** The best factor of system t: a coarse grid, golden section around its best, and the middle of the plateau of ties. */
function bestOfEach(instance: RelaxationInstance, runs: number): (t: number) => Generator<unknown, number> {
  const sequence = new SystemSequence(instance);
  let x: Float64Array = (instance.initial ?? new Float64Array(instance.base.rows)).slice();
  return function* search(t) {
    const a = sequence.matrix(t);
    const b = sequence.rightHandSide(t, x).slice();
    const start = instance.warmStart ? x : undefined;
    let best: { iterations: number; x: Float64Array } | undefined;
    const seen: { relaxation: number; iterations: number }[] = [];
    const cost = function* solved(relaxation: number): Generator<unknown, number> {
      const settings = { method: instance.method, relaxation, tolerance: instance.tolerance, initial: start };
      const solve = relaxedSolve(a, b, { ...settings, cap: best?.iterations ?? SOLVE_CAP });
      const end = yield* solve;
      const iterations = end.solved ? end.iterations : Infinity;
      if (!best || iterations < best.iterations) best = { iterations, x: end.x };
      seen.push({ relaxation, iterations });
      return iterations;
    };
    const coarse = [1, 1.3, 1.5, 1.75, 1.95];
    const costs: number[] = [];
    for (const relaxation of coarse) costs.push(yield* cost(relaxation));
    const place = costs.indexOf(Math.min(...costs));
    let [low, high] = [coarse[Math.max(0, place - 1)], coarse[Math.min(coarse.length - 1, place + 1)]];
    const golden = (Math.sqrt(5) - 1) / 2;
    let left = high - golden * (high - low);
    let right = low + golden * (high - low);
    let [atLeft, atRight] = [yield* cost(left), yield* cost(right)];
    for (let trial = coarse.length + 2; trial < runs; trial++) {
      if (atLeft <= atRight) {
        [high, right, atRight] = [right, left, atLeft];
        left = high - golden * (high - low);
        atLeft = yield* cost(left);
      } else {
        [low, left, atLeft] = [left, right, atRight];
        right = low + golden * (high - low);
        atRight = yield* cost(right);
      }
    }
    const least = Math.min(...seen.map(({ iterations }) => iterations));
    const plateau = seen.filter(({ iterations }) => iterations === least).map(({ relaxation }) => relaxation);
    const middle = (Math.min(...plateau) + Math.max(...plateau)) / 2;
    if (best) x = best.x;
    return (yield* cost(middle)) <= least ? middle : plateau[0];
  };
}
