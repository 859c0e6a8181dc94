// A small network that classifies two moons: its global optimum, with a proof, and the results of Adam from ten random starts.
import { mulberry32 } from '@infimum/core/reference-generators';
import type { ReluInstance, ReluNetwork } from '@infimum/learn';
import { adamRelu, convexReluInterior, predictRelu } from '@infimum/learn';

/** Number of starts of Adam. */
export const STARTS = 10;

/** Half the side of the square that is shown. */
export const REACH = 2;

/** A trained network and the value of its loss and penalty. */
export interface Trained {
  readonly network: ReluNetwork;
  readonly value: number;
}

/** The best network of any width, and the lower bound for all networks. */
export interface Best extends Trained {
  readonly bound: number;
  /** Patterns of activity that a unit can have on the samples. */
  readonly patterns: number;
}

/** Two crescents that reach into each other, half of the points in each; the third column is one, for the bias. */
export function moons(count: number, noise: number, beta: number, seed: number): ReluInstance {
  const uniform = mulberry32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const values = new Float64Array(3 * count);
  const targets = Float64Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : -1));
  for (let k = 0; k < count; k++) {
    const angle = Math.PI * uniform();
    const side = targets[k];
    values[3 * k] = side * Math.cos(angle) - 0.5 * side + noise * normal();
    values[3 * k + 1] = side * Math.sin(angle) - 0.25 * side + noise * normal();
    values[3 * k + 2] = 1;
  }
  return { points: { rows: count, cols: 3, values }, targets, loss: 'logistic', beta };
}

/** Trains to the optimum over all patterns. */
export function best(instance: ReluInstance): Best {
  const { hidden, output, value, lowerBound, patterns } = convexReluInterior(instance, { patterns: 'exact' });
  return { network: { hidden, output }, value, bound: lowerBound, patterns };
}

/** The result of Adam with a number of units from one start. */
export function byAdam(instance: ReluInstance, units: number, seed: number): Trained {
  const { hidden, output, value } = adamRelu(instance, { units, seed, learningRate: 0.02, maxIterations: 3000 });
  return { network: { hidden, output }, value };
}

/** The output of a network at the middle of every pixel of the square, row by row from above. */
export function field(network: ReluNetwork, pixels: number): Float64Array {
  const place = (k: number) => REACH * ((2 * (k + 0.5)) / pixels - 1);
  const values = new Float64Array(3 * pixels * pixels);
  for (let at = 0; at < pixels * pixels; at++) {
    values[3 * at] = place(at % pixels);
    values[3 * at + 1] = -place(Math.floor(at / pixels));
    values[3 * at + 2] = 1;
  }
  return predictRelu(network, { rows: pixels * pixels, cols: 3, values });
}
