// SABA: SOBA with SAGA tables, whose noise vanishes on finite sums.
//
// M. Dagréou, P. Ablin, S. Vaiter, T. Moreau: A framework for bilevel optimization that enables stochastic and global variance
// reduction algorithms (2022).
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import type { BilevelIterate, BilevelOutcome, BilevelSteps } from '../models/bilevel-optimization.ts';
import { bilevelOptimization, declinesSets } from '../models/bilevel-optimization.ts';
import type { BilevelInstance } from '../models/instance.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem } from '../oracles/bilevel-problem.ts';
import type { Run } from '../single/run.ts';
import { implicitSteps } from '../single/run.ts';
import type { Directions } from './soba.ts';
import { plainDirections, singleLoop, sobaOptions, sobaPaper } from './soba.ts';

const sabaOptions = {
  ...sobaOptions,
  lowerStepSize: {
    ...sobaOptions.lowerStepSize,
    description: 'Step of the lower level; 0.5/L_g with tables, 0.8/L_g without samples, by default',
  },
} as const satisfies OptionSpecs;

/** Options of `saba`. */
export type SabaOptions = OptionsOf<typeof sabaOptions> & RunOptions<BilevelIterate>;

/**
 * As SOBA, but the last direction of every sample is kept, with the mean of all of them: a new one enters as
 * `d_new − d_old + mean`. Without samples it is SOBA. Tables are filled as samples are seen. Memory n (2q + p) + n' (q + p) for n samples of g and n' of f.
 *
 * Two gradients of f, one of g and two products an iteration and sample.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`, without a set Y
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without products or with a set Y, and options out of range
 */
export function saba(problem: BilevelProblem, initial: BilevelStart, options: SabaOptions = {}): BilevelOutcome {
  return runWith(sabaOptions, options, sabaSteps(problem, initial, options));
}

/** The steps of `saba`. */
export function sabaSteps(problem: BilevelProblem, initial: BilevelStart, options: SabaOptions = {}): BilevelSteps {
  const settings = resolveOptions(sabaOptions, options);
  checkBilevelProblem(problem);
  if (!fits(problem)) throw fault('has too many samples for tables', 'problem', 'too-large');
  return implicitSteps(problem, initial, settings, (run) => {
    const z = new Float64Array(run.y.length);
    // Without samples, or with all of them in a batch, no table is needed.
    const rows = (samples = 0) => (samples > settings.batchSize ? samples : 0);
    const [manyG, manyF] = [rows(problem.samplesG), rows(problem.samplesF)];
    if (manyG + manyF === 0) return singleLoop(run, plainDirections(run, z), z, settings);
    return singleLoop(run, tabledDirections(run, z, manyG, manyF), z, settings, 0.5);
  });
}

/** The directions corrected by the last direction of every sample. */
function tabledDirections({ oracles, x, y, image, direction }: Run, z: Float64Array, manyG: number, manyF: number): Directions {
  const [p, q] = [x.length, y.length];
  const gy = table(manyG, q, (out, one) => oracles.gradGy(x, y, out, one));
  const hz = table(manyG, q, (out, one) => oracles.hvpGyy(x, y, z, out, one));
  const jz = table(manyG, p, (out, one) => oracles.jvpGxy(x, y, z, out, one));
  const fy = table(manyF, q, (out, one) => oracles.gradFy(x, y, out, one));
  const fx = table(manyF, p, (out, one) => oracles.gradFx(x, y, out, one));
  const less = (out: Float64Array, a: Float64Array, b: Float64Array) => {
    for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
    return out;
  };
  return {
    gy,
    residual: (lower, upper) => less(image, hz(lower), fy(upper)),
    gx: (lower, upper) => less(direction, fx(upper), jz(lower)),
  };
}

/** Most numbers of all tables. */
const MOST_NUMBERS = 3e7;

function fits({ samplesF = 0, samplesG = 0, dimX, dimY }: BilevelProblem): boolean {
  return samplesG * (2 * dimY + dimX) + samplesF * (dimY + dimX) <= MOST_NUMBERS;
}

/** A SAGA table: with samples, it gives the corrected direction; without, the plain one. */
function table(
  rows: number,
  size: number,
  evaluate: (out: Float64Array, one?: Int32Array) => void,
): (indices?: Int32Array) => Float64Array {
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
  summary: 'SOBA with a table of every sample’s last direction: on finite sums its noise vanishes.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: sobaPaper,
  cost: 'O(\\epsilon^{-2}) \\text{ calls on finite sums}',
  options: sabaOptions,
  declines: declinesTables,
  steps: (instance, options) => sabaSteps(modelOf(instance).problem, instance.initial, options),
});

/** Why an instance has no tables. */
function declinesTables(instance: BilevelInstance): string | undefined {
  return declinesSets(instance) ?? (fits(modelOf(instance).problem) ? undefined : 'tables of all samples would be too large');
}
