// Instances of local Lipschitz constants, their checks, and the common part of the solvers.
import type { Iterate, Listed } from '@infimum/core';
import { asIndices, checkChoice, checkInteger, checkObject, fault } from '@infimum/core';
import type { PreparedRegion, Region, RegionLike } from '../bounds/region.ts';
import { asRegion, prepareRegion } from '../bounds/region.ts';
import type { Network, NetworkLike, PreparedNetwork } from '../networks/network.ts';
import { asNetwork, inputsOf, prepareNetwork } from '../networks/network.ts';
import type { InputNorm } from './jacobian-bounds.ts';
import { dualNorm, euclidean } from './jacobian-bounds.ts';

/** A bound of the change of outputs with inputs. */
export interface LipschitzInstance {
  /** The network. */
  readonly network: Network;
  /** The inputs. */
  readonly region: Region;
  /** The norm of input changes; `inf` by default, where the gradient counts by the sum of its magnitudes. */
  readonly norm?: InputNorm;
  /** The requested outputs; all of them by default. */
  readonly outputs?: Int32Array;
  /**
   * `all`: the largest gradient norm over all inputs. `free`: over only those inputs that may vary in the region, which is the Lipschitz
   * constant of the network restricted to it. `all` by default; they differ where lower = upper.
   */
  readonly over?: 'all' | 'free';
}

/** A proven bound. */
export interface LipschitzSolution {
  /** |f_i(x) - f_i(x')| <= bound |x - x'| for every requested output i. */
  readonly bound: number;
  /** The bound of every such output. */
  readonly perOutput: Float64Array;
  /** A lower bound of the true constant: the largest gradient norm found. */
  readonly lowerBound: number;
}

/** The state of a solver. */
export interface LipschitzIterate extends Iterate<LipschitzSolution> {
  /** The bound proven so far. */
  readonly bound: number;
  /** Domains that were bounded so far, for methods that branch. */
  readonly domains: number;
}

/** A checked instance, ready to be worked on. */
export interface PreparedLipschitz {
  readonly network: PreparedNetwork;
  readonly region: PreparedRegion;
  readonly norm: InputNorm;
  readonly outputs: readonly number[];
  readonly counted: Uint8Array | undefined;
}

/** An instance whose numbers are in any lists. */
export interface LipschitzInstanceLike extends Omit<Listed<LipschitzInstance>, 'network' | 'region'> {
  /** The network. */
  readonly network: NetworkLike;
  /** The inputs. */
  readonly region: RegionLike;
}

/**
 * An instance in typed arrays, checked.
 *
 * @throws {InvalidInputError} naming the field and the index
 */
export function asLipschitzInstance(instance: LipschitzInstanceLike): LipschitzInstance {
  checkObject(instance, 'instance');
  const network = asNetwork(instance.network);
  checkSlopes(network);
  const region = asRegion(instance.region, inputsOf(network));
  const { norm = 'inf', over = 'all' } = instance;
  checkChoice(norm, 'norm', ['inf', 'l2', 'l1']);
  checkChoice(over, 'over', ['all', 'free']);
  if (instance.outputs === undefined) return { network, region, norm, over };
  const outputs = asIndices(instance.outputs, 'outputs');
  if (outputs.length === 0) throw fault('expected at least one output', 'outputs', 'empty');
  const { outputs: count } = prepareNetwork(network);
  for (const output of outputs) checkInteger(output, 'outputs', { min: 0, max: count - 1 });
  return { network, region, norm, over, outputs };
}

const SLOPES_BOUNDED: readonly string[] = ['linear', 'relu', 'leaky-relu', 'tanh', 'sigmoid', 'softplus'];

/** @throws {InvalidInputError} for a layer with an activation whose slopes are not bounded */
export function checkSlopes({ layers }: Network): void {
  const at = layers.findIndex(({ activation }) => !SLOPES_BOUNDED.includes(activation));
  if (at < 0) return;
  const problem = `is ${layers[at].activation}, whose slopes are not bounded here`;
  throw fault(problem, `network.layers[${at}].activation`, 'unsupported');
}

export function prepareLipschitz(given: LipschitzInstanceLike): PreparedLipschitz {
  const instance = asLipschitzInstance(given);
  const network = prepareNetwork(instance.network);
  const region = prepareRegion(instance.region);
  const outputs = instance.outputs ? Array.from(instance.outputs) : Array.from({ length: network.outputs }, (_, i) => i);
  const counted =
    instance.over === 'free' ? Uint8Array.from(region.lower, (low, j) => (low < region.upper[j] ? 1 : 0)) : undefined;
  return { network, region, norm: instance.norm ?? 'inf', outputs, counted };
}

/** The selector of one output. */
export function unit(length: number, index: number): Float64Array {
  const selector = new Float64Array(length);
  selector[index] = 1;
  return selector;
}

/** The start of every solver: |g|' |W_n| … |W_1| bounds every entry of the gradient, as slopes are at most 1. */
export function entrywiseProduct({ network, outputs, norm, counted }: PreparedLipschitz): Float64Array {
  return Float64Array.from(outputs, (output) => {
    let row = unit(network.outputs, output);
    let terms = 8;
    for (const { map } of network.layers.toReversed()) {
      row = map.applyAbsoluteTransposed(row);
      terms += map.terms + 8;
    }
    const size = dualNorm(row, norm, counted);
    return finiteOrHuge(size * (1 + terms * 2 ** -51) + 2 ** -1022);
  });
}

/** The product of the layers' norms: rows sums of |W| for `inf`, column sums for `l1`, Frobenius norms for `l2`. */
export function productOfNorms({ network, outputs, norm }: PreparedLipschitz): Float64Array {
  let product = 1;
  let terms = 8;
  const { layers } = network;
  for (const { map } of layers.slice(0, -1)) {
    product *= matrixNorm(map, norm);
    terms += map.inputs + 8;
  }
  const { map } = layers[layers.length - 1];
  const row = new Float64Array(map.inputs);
  return Float64Array.from(outputs, (output) => {
    map.rows(output, output + 1, row);
    return finiteOrHuge(dualNorm(row, norm) * product * (1 + terms * 2 ** -51) + 2 ** -1022);
  });
}

function matrixNorm({ inputs, outputs, rows }: PreparedNetwork['layers'][number]['map'], norm: InputNorm): number {
  const row = new Float64Array(inputs);
  const columns = new Float64Array(inputs);
  const sizes = new Float64Array(outputs);
  for (let i = 0; i < outputs; i++) {
    rows(i, i + 1, row);
    sizes[i] = norm === 'l2' ? euclidean(row) : row.reduce((sum, a) => sum + Math.abs(a), 0);
    for (let j = 0; j < inputs; j++) columns[j] += Math.abs(row[j]);
  }
  if (norm === 'l2') return euclidean(sizes);
  return (norm === 'inf' ? sizes : columns).reduce((most, size) => Math.max(most, size), 0);
}

/** Bounds that overflow become the largest number: every gradient that can be computed lies below. */
export function finiteOrHuge(bound: number): number {
  return Number.isFinite(bound) ? bound : Number.MAX_VALUE;
}

export const most = (values: Iterable<number>): number => {
  let largest = -Infinity;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
};

/** A copy of a solution. */
export function solutionOf(perOutput: Float64Array, lowerBound: number): LipschitzSolution {
  return { bound: most(perOutput), perOutput: perOutput.slice(), lowerBound };
}
