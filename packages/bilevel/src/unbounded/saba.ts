// SABA: SOBA with SAGA tables, whose noise dies out on finite sums.
//
// M. Dagréou, P. Ablin, S. Vaiter, T. Moreau: A framework for bilevel optimization that enables stochastic and global variance
// reduction algorithms (2022).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, InvalidInputError, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelSolution } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets, refuseLowerSet } from '../models/bilevel-optimization.ts';
import type { BilevelInstance } from '../models/instance.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from '../single/bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { Sampler } from '../single/sampler.ts';

const sabaOptions = {
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.02, description: 'Step of x' },
  linearStepSize: {
    type: 'number',
    was: 'nu',
    above: 0,
    description: 'Step of the linear system; 0.4/L_g by default',
  },
  lowerStepSize: {
    type: 'number',
    was: 'gamma',
    above: 0,
    description: 'Step of the lower level; 0.8/L_g by default',
  },
  batchSize: {
    type: 'integer',
    was: 'batch',
    min: 1,
    default: 32,
    description: 'Samples of a call, where a level is a mean',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Residuals at which to stop, relative to their terms',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
  maxIterations: { type: 'integer', min: 0, default: 50_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `saba`. */
export type SabaOptions = OptionsOf<typeof sabaOptions> & RunOptions<BilevelIterate>;

/**
 * As SOBA, where for every sample the last direction is kept with the mean of all of them: a new one enters as
 * `d_new − d_old + mean`. Tables are filled as samples are seen. Memory n (2q + p) + n' (q + p) for n samples of g and n' of f.
 *
 * Two gradients of f, one of g and two products an iteration and sample.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - start, p numbers
 * @param y0 - start, q numbers
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function saba(
  problem: BilevelProblem,
  initial: Float64Array,
  y0: Float64Array,
  options: SabaOptions = {},
): Outcome<BilevelSolution, BilevelIterate> {
  return runWith(sabaOptions, options, sabaSteps(problem, initial, y0, options));
}

/** The steps of `saba`. */
function* sabaSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: SabaOptions = {},
): Steps<BilevelSolution, BilevelIterate> {
  const settings = resolveOptions(sabaOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  const { stepSize, batchSize, tolerance, seed } = settings;
  const state = new BilevelState(problem, x0, y0, 0, batchSize);
  const { problem: oracles, x, y } = state;
  const sampler = new Sampler(problem, seed);
  const curvature = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
  const { linearStepSize, lowerStepSize } = settings;
  const z = new Float64Array(y.length);
  const { samplesF = 0, samplesG = 0 } = problem;
  if (!fits(problem)) {
    throw new InvalidInputError('has too many samples for tables', {
      argument: 'problem',
      code: 'too-large',
    });
  }
  // Without samples, or with all of them in a batch, there is nothing to remember.
  const [manyG, manyF] = [samplesG > batchSize ? samplesG : 0, samplesF > batchSize ? samplesF : 0];
  const lowerSlope = table(manyG, y.length, (out, one) => oracles.gradGy(x, y, out, one));
  const image = table(manyG, y.length, (out, one) => oracles.hvpGyy(x, y, z, out, one));
  const cross = table(manyG, x.length, (out, one) => oracles.jvpGxy(x, y, z, out, one));
  const fy = table(manyF, y.length, (out, one) => oracles.gradFy(x, y, out, one));
  const fx = table(manyF, x.length, (out, one) => oracles.gradFx(x, y, out, one));
  const advance = (k: number) => {
    const lipschitz = curvature.at(k);
    const [upper, lower] = [sampler.upper(batchSize), sampler.lower(batchSize)];
    const [gy, hz, jz] = [lowerSlope(lower), image(lower), cross(lower)];
    const [dy, dx] = [fy(upper), fx(upper)];
    for (let j = 0; j < y.length; j++) {
      y[j] -= (lowerStepSize ?? 0.5 / lipschitz) * gy[j];
      z[j] -= (linearStepSize ?? 0.4 / lipschitz) * (hz[j] - dy[j]);
    }
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const d = dx[i] - jz[i];
      squares += d * d;
      x[i] -= stepSize * d;
    }
    state.direction = Math.sqrt(squares);
    problem.setX?.project(x, x);
  };
  return yield* guarded(state, loop(state, tolerance, advance));
}

/** Most numbers of all tables. */
const MOST_NUMBERS = 3e7;

function fits({ samplesF = 0, samplesG = 0, dimX, dimY }: BilevelProblem): boolean {
  return samplesG * (2 * dimY + dimX) + samplesF * (dimY + dimX) <= MOST_NUMBERS;
}

/** A SAGA table: asked for samples, it gives the corrected direction; asked for none, the plain one. */
function table(
  rows: number,
  size: number,
  evaluate: (out: Float64Array, one?: Int32Array) => void,
): (indices: Int32Array | undefined) => Float64Array {
  const kept = new Float64Array(rows * size);
  const seen = new Uint8Array(rows);
  const [total, mean, fresh, out] = Array.from({ length: 4 }, () => new Float64Array(size));
  const one = new Int32Array(1);
  let count = 0;
  return (indices) => {
    if (!indices) {
      evaluate(out);
      return out;
    }
    out.set(mean);
    const share = 1 / indices.length;
    for (const index of indices) {
      one[0] = index;
      evaluate(fresh, one);
      const from = index * size;
      // A row that was never seen counts as the mean of those that were, and joins them.
      const isNew = seen[index] === 0;
      for (let i = 0; i < size; i++) {
        const now = fresh[i];
        const before = kept[from + i];
        out[i] += share * (now - (isNew ? mean[i] : before));
        total[i] += now - before;
        kept[from + i] = now;
      }
      if (isNew) count++;
      seen[index] = 1;
    }
    for (let i = 0; i < size; i++) mean[i] = total[i] / count;
    return out;
  };
}

export const sabaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/saba',
  title: 'SABA',
  summary: 'SOBA with a table of every sample’s last direction: on finite sums its noise dies out.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: {
    title:
      'A framework for bilevel optimization that enables stochastic and global variance reduction algorithms',
    arxiv: '2201.13409',
    year: 2022,
  },
  cost: 'O(\\epsilon^{-2}) \\text{ calls on finite sums}',
  options: sabaOptions,
  declines: declinesTables,
  steps: (instance, options) => sabaSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});

/** Why an instance has no tables. */
function declinesTables(instance: BilevelInstance): string | undefined {
  return (
    declinesSets(instance) ??
    (fits(modelOf(instance).problem) ? undefined : 'tables of all samples would be too large')
  );
}
