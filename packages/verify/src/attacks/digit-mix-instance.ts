// A mix of handwritten digits that a trained network classifies as the first of them: the offline analogue of the barycentric
// image of arXiv 2510.01461.
import { rowDot } from '@infimum/linalg/numerics';
import { digitsReader } from '../lipschitz/local-lipschitz-problem.ts';
import { preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import type { SimulationMap, SurrogateInstance } from './network-surrogate.ts';
import { boxInequalities, squaredDistance } from './random-surrogates.ts';

/** x in R^n: softmax weights of n images; the mix goes through the network to class probabilities. */
export async function digitMixInstance(n: number, epochs: number, seed: number): Promise<SurrogateInstance> {
  const { network: trained, images } = await digitsReader(32, epochs, seed);
  const network = prepareNetwork(trained);
  const { cols, values } = images;
  const mix = (weights: Float64Array): Float64Array => {
    const image = new Float64Array(cols);
    for (let i = 0; i < n; i++) for (let j = 0; j < cols; j++) image[j] += weights[i] * values[i * cols + j];
    return image;
  };
  const last = network.layers.length - 1;
  const classify = (image: Float64Array) => softmax(preActivations(network, image)[last]);
  const map: SimulationMap = {
    inputs: n,
    outputs: 10,
    evaluate: (x) => classify(mix(softmax(x))),
    pullBack: (x, u) => {
      const weights = softmax(x);
      const sums = preActivations(network, mix(weights));
      const back = pullBack(network, sums, softmaxBack(softmax(sums[last]), u));
      const onWeights = weights.map((_, i) => rowDot(back, 0, values, i * cols, cols));
      return softmaxBack(weights, onWeights);
    },
  };
  const target = classify(values.slice(0, cols));
  return {
    map,
    objective: squaredDistance(target),
    onInputs: boxInequalities(-10, 10, 10),
    initial: new Float64Array(n),
    radius: 1,
  };
}

function softmax(x: Float64Array): Float64Array {
  const top = x.reduce((most, value) => Math.max(most, value), -Infinity);
  const shares = x.map((value) => Math.exp(value - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** The gradient of u · softmax by its logits, from the shares. */
function softmaxBack(shares: Float64Array, u: Float64Array): Float64Array {
  const mean = shares.reduce((sum, share, i) => sum + share * u[i], 0);
  return shares.map((share, i) => share * (u[i] - mean));
}
