// The interface of a bandit algorithm: it gives a distribution over the available arms and learns from losses.
import { checkInteger, checkNumber, checkNumbers } from '@infimum/core';

/** What a policy remembers, as plain JSON. */
export type PolicyState = { readonly [name: string]: number | readonly number[] | readonly (readonly number[])[] };

/** A bandit algorithm. Losses lie in [0, 1] unless a policy says otherwise; a reward r is the loss 1 - r. */
export interface Policy {
  /**
   * Writes the probability of every available arm.
   *
   * @param context - the context; empty if there is none
   * @param available - the arms that may be chosen now
   * @param out - receives a probability for each of them
   */
  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void;
  /** Called for a choice whose loss is not known yet. */
  chosen?(arm: number): void;
  /** Called when the loss of a choice will never be known. */
  forgotten?(arm: number): void;
  /** Called with a loss: the context and the probability are those of the choice. */
  learn(context: Float64Array, arm: number, probability: number, loss: number): void;
  /** Makes room for one more arm. */
  grow(): void;
  /** Everything that it has learnt. */
  save(): PolicyState;
  /** Restores what `save` returned, checked field by field. */
  load(state: PolicyState): void;
}

/** Draws from a distribution by inversion, in the order of the arms; one number of the generator. */
export function drawArm(probabilities: Float64Array, count: number, uniform: number): number {
  let rest = uniform;
  let last = 0;
  for (let j = 0; j < count; j++) {
    const p = probabilities[j];
    if (!(p > 0)) continue;
    rest -= p;
    last = j;
    if (rest < 0) return j;
  }
  return last; // the sum is one up to rounding
}

/** Equal shares for the entries that reach the largest index: ties must not always go to the first arm. */
export function shareAmongBest(indices: Float64Array, out: Float64Array): void {
  let best = -Infinity;
  for (let j = 0; j < indices.length; j++) if (indices[j] > best) best = indices[j];
  let ties = 0;
  for (let j = 0; j < indices.length; j++) if (indices[j] === best) ties++;
  for (let j = 0; j < indices.length; j++) out[j] = indices[j] === best ? 1 / ties : 0;
}

/** A longer copy. */
export function lengthened(values: Float64Array, by: number, fill = 0): Float64Array {
  const longer = new Float64Array(values.length + by).fill(fill);
  longer.set(values);
  return longer;
}

/** The numbers of a field of a state, of the length that the policy needs. */
export function numbersOf(state: PolicyState, name: string, length: number, min = -Infinity): Float64Array {
  const argument = `state.policy.${name}`;
  const values: unknown = state[name];
  checkNumbers(values, argument, length);
  for (let i = 0; i < length; i++) checkNumber(values[i], `${argument}[${i}]`, { min });
  return Float64Array.from(values);
}

/** A number of a state, at least 0; counts are whole. */
export function numberOf(state: PolicyState, name: string, whole = false): number {
  const value: unknown = state[name];
  if (whole) checkInteger(value, `state.policy.${name}`, { min: 0 });
  else checkNumber(value, `state.policy.${name}`, { min: 0 });
  return value;
}
