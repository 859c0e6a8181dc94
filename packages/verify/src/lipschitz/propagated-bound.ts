// The steps that interval, RecurJac and linear bounds share: bounds of the pre-activations, then of one output after the
// other.
import type { Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { ForwardMethod } from '../bounds/forward-bounds.ts';
import { forwardBounds } from '../bounds/output-bounds.ts';
import { RowProducts } from '../bounds/row-products.ts';
import type { JacobianMethod } from './jacobian-bounds.ts';
import { boundJacobian } from './jacobian-bounds.ts';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import {
  entrywiseProduct,
  finiteOrHuge,
  most,
  prepareLipschitz,
  productOfNorms,
  solutionOf,
  unit,
} from './local-lipschitz.ts';
import { sampleGradients } from './sampled-gradient.ts';

/** What the methods differ in. */
export interface PropagationSettings {
  readonly method: JacobianMethod;
  readonly forward: ForwardMethod;
  readonly relaxation?: 'chord' | 'mccormick';
}

/** Gradients that are sampled for the lower bound. */
const SAMPLES = 20;

export function* propagatedSteps(
  instance: LipschitzInstance,
  settings: PropagationSettings,
): Steps<LipschitzSolution, LipschitzIterate> {
  const prepared = prepareLipschitz(instance);
  const { network, region, norm, outputs, counted } = prepared;
  // Bounds that hold without any propagation; what is found later only cuts them.
  const naive = productOfNorms(prepared);
  const perOutput = entrywiseProduct(prepared).map((size, i) => Math.min(size, naive[i]));
  const lowerBound = most(sampleGradients(prepared, SAMPLES).norms);
  const products = new RowProducts(network);
  let iteration = 0;
  const iterate = (): LipschitzIterate => ({
    iteration: iteration++,
    bound: most(perOutput),
    domains: 0,
    solution: () => solutionOf(perOutput, lowerBound),
  });
  try {
    yield iterate();
    const forward = forwardBounds(products, region, settings.forward, undefined, network.layers.length - 1);
    let step = forward.next();
    for (; !step.done; step = forward.next()) yield iterate();
    for (const [index, output] of outputs.entries()) {
      const backward = boundJacobian(products, region, step.value, {
        ...settings,
        norm,
        counted,
        selector: unit(network.outputs, output),
      });
      let part = backward.next();
      for (; !part.done; part = backward.next()) yield iterate();
      const found = finiteOrHuge(part.value.norm);
      if (found < perOutput[index]) perOutput[index] = found;
      yield iterate();
    }
  } finally {
    products.release();
  }
  const solution = solutionOf(perOutput, lowerBound);
  if (solution.bound === Number.MAX_VALUE)
    return stalled(solution, 'the network overflows: scale its weights');
  return converged(solution, 'the bound holds for every input of the region');
}
