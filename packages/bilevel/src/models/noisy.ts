// Gaussian noise on every gradient and product, drawn by the number of the sample: the same sample gives the same noise at every point, as
// variance reduction requires, and without samples there is no noise.
import { checkNumber, Random } from '@infimum/core';
import type { PairGradient, PairProduct, SecondOrderProblem } from '../oracles/bilevel-problem.ts';

/** A problem with noise of standard deviation `sd` a coordinate and sample; 2³¹ − 1 samples on both levels. */
export function noisy(problem: SecondOrderProblem, sd: number, seed: number): SecondOrderProblem {
  checkNumber(sd, 'sd', { min: 0 });
  if (sd === 0) return problem;
  // One stream for each oracle; drawn at the position given by the sample's number.
  const disturb = (stream: number) => {
    const random = new Random(seed, stream);
    const noise = new Float64Array(Math.max(problem.dimX, problem.dimY));
    return (out: Float64Array, indices: Int32Array | undefined) => {
      if (!indices) return;
      const part = noise.subarray(0, out.length);
      for (const index of indices) {
        random.position = index * 4 * Math.ceil(part.length / 2);
        random.normals(part);
        for (let i = 0; i < out.length; i++) out[i] += (sd / indices.length) * part[i];
      }
    };
  };
  const gradient = (oracle: PairGradient, stream: number): PairGradient => {
    const add = disturb(stream);
    return (x, y, out, indices) => {
      oracle(x, y, out);
      add(out, indices);
    };
  };
  const product = (oracle: PairProduct, stream: number): PairProduct => {
    const add = disturb(stream);
    return (x, y, v, out, indices) => {
      oracle(x, y, v, out);
      add(out, indices);
    };
  };
  return {
    ...problem,
    samplesF: 2 ** 31 - 1,
    samplesG: 2 ** 31 - 1,
    gradFx: gradient(problem.gradFx, 1),
    gradFy: gradient(problem.gradFy, 2),
    gradGx: gradient(problem.gradGx, 3),
    gradGy: gradient(problem.gradGy, 4),
    hvpGyy: product(problem.hvpGyy, 5),
    jvpGxy: product(problem.jvpGxy, 6),
  };
}
