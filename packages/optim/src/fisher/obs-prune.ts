// Optimal Brain Surgeon: removes the least important weights of a trained network, and adjusts the others to compensate.
//
// B. Hassibi, D. Stork: Second order derivatives for network pruning (1992); with the inverse Fisher matrix of
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC (arXiv 2107.03356).
import type { Iterate, LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import {
  allocateVector,
  checkFunction,
  checkNumber,
  checkVector,
  converged,
  fault,
  Random,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { allFinite } from '@infimum/linalg/numerics';
import { seed } from '../training/optimizer-options.ts';
import type { InverseFisher } from './inverse-fisher.ts';
import { inverseFisher } from './inverse-fisher.ts';
import { kroneckerInverse } from './kronecker-inverse.ts';
import { activeIndices, checkMask } from './parameter-mask.ts';
import { damping } from './window-inverse-fisher.ts';
import { woodFisher } from './wood-fisher.ts';

/** A pruned network. */
export interface PrunedWeights {
  /** The weights; those that were removed are 0. */
  readonly x: Float64Array;
  /** 1 for weights that were kept or could not be removed, 0 for those that were removed. */
  readonly mask: Uint8Array;
  /** The share of the prunable weights that is 0. */
  readonly sparsity: number;
}

/** One round of pruning. */
export interface PruningIterate extends Iterate<PrunedWeights> {
  /** The share of the prunable weights that is 0. */
  readonly sparsity: number;
}

/** What there is to choose in pruning. */
export const obsPruneOptions = {
  sparsity: {
    type: 'number',
    min: 0,
    below: 1,
    required: true,
    description: 'The share of the prunable weights that is 0 in the end, at least what it is at the start',
  },
  prunable: {
    type: 'value',
    check: checkMask,
    description: '1 for weights that may be removed, such as those of matrices, 0 for others, such as biases; all by default',
  },
  criterion: {
    type: 'choice',
    choices: ['fisher', 'wood-fisher', 'diagonal', 'magnitude', 'kronecker', 'layerwise'],
    default: 'fisher',
    description:
      'How dear a weight w is: w² / (2 [F⁻¹]_ii), after which the others are corrected, with F by blocks (fisher), kept as dense inverses (wood-fisher), by K-FAC or by the layer-wise Optimal Brain Surgeon, both for dense layers, where a round takes all weights for those of whole layers; w² (damping + mean g²) / 2 (diagonal) or |w| (magnitude), without corrections',
  },
  shapes: {
    type: 'value',
    check: checkShapes,
    description: 'Shapes that kronecker and layerwise need: weights and biases of one layer after the other',
  },
  correction: {
    type: 'choice',
    choices: ['separate', 'joint'],
    default: 'separate',
    description:
      'For all weights of a round: the sum of those for each alone, or solved for all together, for at most 2000 a round',
  },
  samples: { type: 'integer', min: 1, default: 64, description: 'Number of gradients in F' },
  damping,
  blockSize: { type: 'integer', min: 1, default: 128, description: 'Weights per diagonal block of F' },
  rounds: {
    type: 'integer',
    min: 1,
    default: 16,
    description: 'Rounds, each with new gradients; each keeps the same share of the weights',
  },
  seed,
} as const satisfies OptionSpecs;

/** Options of pruning. */
export type ObsPruneOptions = OptionsOf<typeof obsPruneOptions>;

function checkShapes(value: unknown, argument: string): asserts value is readonly (readonly number[])[] {
  if (Array.isArray(value)) return;
  throw fault('expected shapes made of positive integers', argument, 'type');
}

/**
 * Writes gradients of the loss at x, one a row; how many follows from the length of `out`. The generator is for choosing
 * samples.
 */
export type SampleGradients = (x: Float64Array, out: Float64Array, random: Random) => void;

/**
 * Prunes weights by the Optimal Brain Surgeon. With F = damping I + (1/m) sum g g' over m gradients at x and on the remaining
 * weights, the removal of weight i costs x_i² / (2 [F^-1]_ii) and is best compensated by -x_i F^-1 e_i / [F^-1]_ii; the
 * cheapest are removed together.
 *
 * A round costs m gradients and O(m min(m, block) d); m d numbers are stored. `converged` when the sparsity is reached.
 *
 * @param initial - trained weights
 * @param sampleGradients - gradients of single samples or of small batches
 * @throws {InvalidInputError} for weights that are not finite, a sparsity below that of the start or not below 1, and other
 *   options out of range
 *
 * @example
 * ```ts
 * import { obsPrune } from '@infimum/optim/fisher';
 *
 * // Weight 1 is the smaller loss, and weight 0 takes a part of it over.
 * const { x } = obsPrune(Float64Array.of(1, 1), (_, out) => out.set([1, 2, 3, -1]), {
 *   sparsity: 0.5, samples: 2, damping: 0.5, rounds: 1,
 * });
 * console.log(x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.909091 0
 * ```
 */
export function obsPrune(
  initial: Float64Array,
  sampleGradients: SampleGradients,
  options: ObsPruneOptions & LimitOptions<PruningIterate>,
): Outcome<PrunedWeights, PruningIterate> {
  checkFunction(sampleGradients, 'sampleGradients');
  return runWith(obsPruneOptions, options, obsPruneSteps(initial, sampleGradients, options));
}

/** The steps of `obsPrune`, one a round. */
export function* obsPruneSteps(
  initial: Float64Array,
  sampleGradients: SampleGradients,
  options: ObsPruneOptions,
): Steps<PrunedWeights, PruningIterate> {
  const settings = resolveOptions(obsPruneOptions, options);
  const { rounds, samples, criterion, correction, damping, blockSize, seed, shapes = [] } = settings;
  checkVector(initial, 'initial');
  const isLayered = criterion === 'kronecker' || criterion === 'layerwise';
  if (isLayered && !settings.shapes) throw fault(`must be given for the criterion ${criterion}`, 'shapes', 'type');
  const x = initial.slice();
  const prunable = activeIndices(x.length, settings.prunable, 'prunable');
  let active: Int32Array = prunable.filter((i) => x[i] !== 0);
  const mask = new Uint8Array(x.length).fill(1);
  for (const i of prunable) if (x[i] === 0) mask[i] = 0;
  const first = active.length;
  checkNumber(settings.sparsity, 'sparsity', { min: 1 - first / prunable.length });
  const last = Math.round(prunable.length * (1 - settings.sparsity));

  const random = new Random(seed);
  const all = allocateVector(criterion === 'magnitude' ? 0 : samples * x.length, 'samples');
  const sparsity = () => 1 - active.length / prunable.length;
  const solution = (): PrunedWeights => ({ x: x.slice(), mask: mask.slice(), sparsity: sparsity() });
  const remove = (removed: Int32Array) => {
    for (const i of removed) x[active[i]] = mask[active[i]] = 0;
    active = active.filter((i) => mask[i] === 1);
  };
  for (let round = 0; ; round++) {
    yield { iteration: round, sparsity: sparsity(), solution };
    if (round === rounds) return converged(solution(), `${last} of ${prunable.length} weights are left`);
    const count = active.length - keptAfter(round + 1, rounds, first, last);
    if (count <= 0) continue;
    const values = Float64Array.from(active, (i) => x[i]);
    if (criterion === 'magnitude') {
      remove(cheapest(values.map(Math.abs), count));
      continue;
    }
    sampleGradients(x, all, random.split(round));
    const rows = gathered(all, samples, x.length, active);
    if (active.length < first && !allFinite(rows)) return stalled(solution(), 'a gradient is not finite any more');
    if (criterion === 'diagonal') {
      const costs = meanSquares(rows, samples, active.length).map((square, i) => values[i] ** 2 * (damping + square));
      remove(cheapest(costs, count));
      continue;
    }
    const inverse = isLayered
      ? activePart(
          kroneckerInverse({ rows: samples, cols: x.length, values: all }, shapes, {
            damping,
            outputs: criterion === 'layerwise' ? 'identity' : 'gradients',
          }),
          active,
        )
      : // With more gradients than a block has weights dense blocks are cheaper; both are the same matrix.
        (criterion === 'wood-fisher' || samples > blockSize ? woodFisher : inverseFisher)(
          { rows: samples, cols: active.length, values: rows },
          { damping, blockSize },
        );
    const diagonal = new Float64Array(active.length);
    inverse.diagonal(diagonal);
    const removed = cheapest(
      values.map((value, i) => value ** 2 / diagonal[i]),
      count,
    );
    const change = corrections(inverse, values, diagonal, removed, correction);
    if (!allFinite(change)) return stalled(solution(), 'the inverse has entries that are no numbers: take a larger damping');
    active.forEach((index, i) => {
      x[index] += change[i];
    });
    remove(removed);
  }
}

/** Rows and columns of an inverse at some of the parameters. */
function activePart(inverse: InverseFisher, active: Int32Array): InverseFisher {
  const [x, product] = [new Float64Array(inverse.dimension), new Float64Array(inverse.dimension)];
  return {
    dimension: active.length,
    multiply: (part, out) => {
      x.fill(0);
      for (let k = 0; k < active.length; k++) x[active[k]] = part[k];
      inverse.multiply(x, product);
      for (let k = 0; k < active.length; k++) out[k] = product[active[k]];
    },
    entry: (row, column) => inverse.entry(active[row], active[column]),
    diagonal: (out) => {
      inverse.diagonal(product);
      for (let k = 0; k < active.length; k++) out[k] = product[active[k]];
    },
  };
}

/** Weights that are left after so many rounds: each keeps the same share. */
function keptAfter(round: number, rounds: number, first: number, last: number): number {
  if (round === rounds || first === 0) return Math.min(first, last);
  const share = last === 0 ? 1 / (2 * first) : last / first;
  return Math.max(last, Math.round(first * portableExp((portableLog(share) * round) / rounds)));
}

/** F^-1 t, with t chosen so that the removed weights become 0, each alone or all together. */
function corrections(
  inverse: InverseFisher,
  values: Float64Array,
  diagonal: Float64Array,
  removed: Int32Array,
  correction: 'separate' | 'joint',
): Float64Array {
  const t = new Float64Array(values.length);
  if (correction === 'separate') for (const i of removed) t[i] = -values[i] / diagonal[i];
  else {
    const size = removed.length;
    if (size > 2000) {
      throw fault(`'joint' is for at most 2000 weights per round, not ${size}: use more rounds`, 'correction', 'unsupported');
    }
    const part = new Float64Array(size * size);
    for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) part[a * size + b] = inverse.entry(removed[a], removed[b]);
    const factor = cholesky({ rows: size, cols: size, values: part });
    const solved = solveCholesky(
      factor,
      Float64Array.from(removed, (i) => -values[i]),
    );
    removed.forEach((i, a) => {
      t[i] = solved[a];
    });
  }
  const change = new Float64Array(values.length);
  inverse.multiply(t, change);
  return change;
}

/** Positions of the smallest costs, ties by position. */
function cheapest(costs: Float64Array, count: number): Int32Array {
  const order = Int32Array.from(costs, (_, i) => i).sort((a, b) => costs[a] - costs[b] || a - b);
  return order.subarray(0, count);
}

/** Columns of the rows at these indices. */
function gathered(all: Float64Array, samples: number, d: number, indices: Int32Array): Float64Array {
  const width = indices.length;
  const rows = new Float64Array(samples * width);
  for (let row = 0; row < samples; row++) for (let k = 0; k < width; k++) rows[row * width + k] = all[row * d + indices[k]];
  return rows;
}

function meanSquares(rows: Float64Array, samples: number, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let k = 0; k < rows.length; k++) means[k % width] += (rows[k] * rows[k]) / samples;
  return means;
}
