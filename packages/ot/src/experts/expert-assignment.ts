// The assignment of tokens to experts: inputs, results, and the metrics of a routing.
import type { DenseLike, MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkInteger, checkObject, fault } from '@infimum/core';

/** Send every token to so many of the experts, none of which takes more tokens than it has room for. */
export interface ExpertAssignment {
  /** Gate scores, a row a token, a column an expert; finite, at most 2^500 in magnitude. */
  readonly scores: DenseLike;
  /** Experts of every token, K: at least 1 and less than there are experts. */
  readonly expertsPerToken: number;
  /**
   * Most tokens of every expert: from 0 to the number of tokens, at least K times the tokens in all. By default all
   * loads are equal: KT/E, rounded down, and for the first experts up.
   */
  readonly capacities?: Int32Array;
}

/** Which experts each token goes to. */
export interface Routing {
  /** Where the experts of a token begin in `experts`; one entry more than there are tokens. */
  readonly tokenPointers: Int32Array;
  /** Experts, token by token. */
  readonly experts: Int32Array;
  /** Tokens of every expert. */
  readonly loads: Int32Array;
}

/** A routing with the dual prices that it came from. */
export interface ExpertRouting extends Routing {
  /** What is added to the scores of every expert when experts are chosen: minus its price. */
  readonly bias: Float64Array;
  /** Sum of the scores of the routing. */
  readonly affinity: number;
  /** Dual value of `bias`: no routing within the capacities has a higher affinity. */
  readonly dualValue: number;
  /** Largest load divided by its target, minus one: `MaxVio`. */
  readonly maxViolation: number;
}

/** An assignment problem as it may be given. */
export interface ExpertAssignmentLike extends Omit<ExpertAssignment, 'scores' | 'capacities'> {
  /** Gate scores, a row a token, a column an expert. */
  readonly scores: MatrixLike;
  /** Most tokens of every expert, integers. */
  readonly capacities?: VectorLike | undefined;
}

/**
 * An assignment problem, checked.
 *
 * @throws {InvalidInputError} naming `scores`, `expertsPerToken` or `capacities` and the first place at fault
 */
export function asExpertAssignment(problem: ExpertAssignmentLike): ExpertAssignment {
  checkObject(problem, 'problem');
  const { expertsPerToken, capacities } = problem;
  const scores = asScores(problem.scores);
  checkInteger(expertsPerToken, 'expertsPerToken', { min: 1, below: scores.cols });
  if (capacities === undefined) return { scores, expertsPerToken };
  return { scores, expertsPerToken, capacities: asCapacities(capacities, scores, expertsPerToken) };
}

/**
 * Gate scores whose sums and differences stay finite, in double or in single precision.
 *
 * @throws {InvalidInputError} naming `scores`
 */
export function asScores(given: MatrixLike): DenseLike {
  if (isSound(given)) return given;
  const scores = asMatrix(given, 'scores');
  const index = scores.values.findIndex((score) => Math.abs(score) > LARGEST_SCORE);
  if (index < 0) return scores;
  throw fault(`is ${scores.values[index]} at index ${index}, more than 2^500`, 'scores', 'out-of-range', index);
}

/**
 * The gate scores of a batch, which may be without tokens.
 *
 * @throws {InvalidInputError} naming `scores`
 */
export function asBatch(scores: MatrixLike): DenseLike {
  return isEmptyBatch(scores) ? scores : asScores(scores);
}

/** Whether a batch has experts, but no tokens. */
export function isEmptyBatch(scores: unknown): scores is DenseLike {
  const { rows, cols, values } = (scores ?? {}) as Partial<DenseLike>;
  const isArray = values instanceof Float64Array || values instanceof Float32Array;
  return rows === 0 && isArray && values.length === 0 && Number.isInteger(cols) && Number(cols) > 0;
}

/** Whether there is nothing to complain of, in one pass: a balancer checks millions of scores a batch. */
function isSound(scores: unknown): scores is DenseLike {
  const { rows, cols, values } = (scores ?? {}) as Partial<DenseLike>;
  if (!(values instanceof Float64Array || values instanceof Float32Array)) return false;
  if (!(Number.isInteger(rows) && Number.isInteger(cols))) return false;
  if (values.length === 0 || values.length !== Number(rows) * Number(cols) || Number(rows) < 0) return false;
  for (let at = 0; at < values.length; at++) if (!(Math.abs(values[at]) <= LARGEST_SCORE)) return false;
  return true;
}

const LARGEST_SCORE = 2 ** 500;

/** Capacities, checked. */
export function asCapacities(given: VectorLike, scores: DenseLike, expertsPerToken: number): Int32Array {
  const argument = 'capacities';
  const numbers = asVector(given instanceof Int32Array ? Float64Array.from(given) : given, argument, scores.cols);
  const capacities = given instanceof Int32Array ? given : Int32Array.from(numbers);
  const index = numbers.findIndex((capacity, k) => capacity !== capacities[k] || capacity < 0 || capacity > scores.rows);
  if (index >= 0) {
    throw fault(
      `is ${numbers[index]} at index ${index}, not an integer from 0 to ${scores.rows}`,
      argument,
      'out-of-range',
      index,
    );
  }
  const room = capacities.reduce((sum, capacity) => sum + capacity, 0);
  if (room < expertsPerToken * scores.rows) {
    throw fault(`sum to ${room}, but ${expertsPerToken * scores.rows} are needed`, argument, 'mass');
  }
  return capacities;
}

/** The capacities of a problem: its own, or equal ones that sum to KT. */
export function capacitiesOf({ scores, expertsPerToken, capacities }: ExpertAssignment): Int32Array {
  if (capacities) return capacities;
  const slots = scores.rows * expertsPerToken;
  const least = Math.floor(slots / scores.cols);
  return new Int32Array(scores.cols).map((_, k) => least + (k < slots % scores.cols ? 1 : 0));
}

/** The load that every expert should have: KT/E, or its share of the capacities; they sum to KT. */
export function targetLoads({ scores, expertsPerToken, capacities }: ExpertAssignment): Float64Array {
  const slots = scores.rows * expertsPerToken;
  if (!capacities) return new Float64Array(scores.cols).fill(slots / scores.cols);
  const room = capacities.reduce((sum, capacity) => sum + capacity, 0);
  return Float64Array.from(capacities, (capacity) => (capacity * slots) / room);
}

/** Integers next to the targets, none above the number of tokens, with the same sum: the largest remainders go up. */
export function roundedLoads(targets: Float64Array, sum: number): Int32Array {
  const out = Int32Array.from(targets, Math.floor);
  let left = sum - out.reduce((total, target) => total + target, 0);
  const order = Array.from(targets.keys()).sort((a, b) => targets[b] - out[b] - (targets[a] - out[a]));
  for (const k of order) if (left-- > 0) out[k]++;
  return out;
}

/** max_k A_k / L_k - 1; an expert that should have no tokens counts them one by one. */
export function maxViolationOf(loads: Int32Array, targets: Float64Array): number {
  let most = 0;
  for (let k = 0; k < loads.length; k++) most = Math.max(most, loads[k] / (targets[k] || 1));
  return most - 1;
}

/** The sum of the scores of a routing. */
export function affinityOf({ values, cols }: DenseLike, { tokenPointers, experts }: Routing): number {
  let sum = 0;
  for (let i = 0; i + 1 < tokenPointers.length; i++) {
    for (let at = tokenPointers[i]; at < tokenPointers[i + 1]; at++) sum += values[i * cols + experts[at]];
  }
  return sum;
}

/**
 * The value of unused room at these biases: the dual function is
 * d(p) = sum_i (sum of the K largest of gamma_i + p) - sum_k capacity_k p_k + slack max_k p_k,
 * where the slack is the room beyond KT. It goes to the dearest bias, as if it were tokens without preferences.
 */
export function priceOfCapacities(capacities: Int32Array, slots: number, bias: Float64Array): number {
  let price = 0;
  let room = 0;
  let dearest = -Infinity;
  for (let k = 0; k < bias.length; k++) {
    price += capacities[k] * bias[k];
    room += capacities[k];
    dearest = Math.max(dearest, bias[k]);
  }
  return price - (room - slots) * dearest;
}

/** Pointers of tokens that all have the same number of experts. */
export function evenPointers(tokens: number, expertsPerToken: number): Int32Array {
  const pointers = new Int32Array(tokens + 1);
  for (let i = 1; i <= tokens; i++) pointers[i] = i * expertsPerToken;
  return pointers;
}

/** Sets the mean to zero: routings depend on differences of biases alone. */
export function center(bias: Float64Array): void {
  let mean = 0;
  for (const value of bias) mean += value / bias.length;
  for (let k = 0; k < bias.length; k++) bias[k] -= mean;
}

/** A copy of biases to start from, zero by default. */
export function biasOf(given: VectorLike | undefined, experts: number): Float64Array {
  return given === undefined ? new Float64Array(experts) : asVector(given, 'initialBias', experts).slice();
}
