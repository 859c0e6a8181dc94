// Random tanh networks as surrogates, drawn with mulberry32: weights N(0, 1 / fan in), biases 0.1 N(0, 1).
import { mulberry32 } from '@infimum/core/reference-generators';
import type { Network } from '../networks/network.ts';
import { denseNetwork } from '../networks/network.ts';
import { normalSource } from '../networks/random-network.ts';
import { networkMap } from './network-map.ts';
import type { Inequalities, SurrogateInstance } from './network-surrogate.ts';

/** The scaling of the inequalities. */
const WEIGHT = 10;

function tanhNetwork(dims: readonly number[], normal: () => number): Network {
  const weights: Float64Array[] = [];
  const biases: Float64Array[] = [];
  for (let k = 1; k < dims.length; k++) {
    const scale = Math.sqrt(1 / dims[k - 1]);
    weights.push(Float64Array.from({ length: dims[k] * dims[k - 1] }, () => normal() * scale));
    biases.push(Float64Array.from({ length: dims[k] }, () => 0.1 * normal()));
  }
  return denseNetwork(weights, biases, 'tanh');
}

/** lower - x <= 0 and x - upper <= 0 for every input, scaled: the larger of the two a row. */
export function boxInequalities(lower: number, upper: number, weight: number): Inequalities {
  return {
    value: (x) => x.map((value) => weight * Math.max(value - upper, lower - value)),
    pullBack: (x, w) => x.map((value, j) => weight * w[j] * (value - upper >= lower - value ? 1 : -1)),
  };
}

/** |y - target|². */
export function squaredDistance(target: Float64Array) {
  return {
    value: (y: Float64Array) => y.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0),
    gradient: (y: Float64Array) => y.map((value, i) => 2 * (value - target[i])),
  };
}

/** S1: n-width-width-10, target at a random point of the box [-1, 1]^n. */
export function distanceInstance(n: number, width: number, seed: number): SurrogateInstance {
  const uniform = mulberry32(seed);
  const map = networkMap(tanhNetwork([n, width, width, 10], normalSource(uniform)));
  const target = map.evaluate(Float64Array.from({ length: n }, () => 2 * uniform() - 1));
  return {
    map,
    objective: squaredDistance(target),
    onInputs: boxInequalities(-1, 1, WEIGHT),
    initial: new Float64Array(n),
    radius: 0.1,
  };
}

/** S2: n-width-width-2, -y_0 with y_1 <= 0.2. */
export function constrainedInstance(n: number, width: number, seed: number): SurrogateInstance {
  const map = networkMap(tanhNetwork([n, width, width, 2], normalSource(mulberry32(seed))));
  return {
    map,
    objective: { value: (y) => -y[0], gradient: () => Float64Array.of(-1, 0) },
    onInputs: boxInequalities(-1, 1, WEIGHT),
    onOutputs: { value: (y) => Float64Array.of(WEIGHT * (y[1] - 0.2)), pullBack: (_, w) => Float64Array.of(0, WEIGHT * w[0]) },
    initial: new Float64Array(n),
    radius: 0.1,
  };
}

/** As S1, but the outputs are rounded and there are no derivatives: a simulation of finite resolution. */
export function steppedInstance(n: number, width: number, seed: number): SurrogateInstance {
  const { map, ...rest } = distanceInstance(n, width, seed);
  const evaluate = (x: Float64Array) => map.evaluate(x).map((y) => Math.round(20 * y) / 20);
  return { ...rest, map: { inputs: map.inputs, outputs: map.outputs, evaluate } };
}
