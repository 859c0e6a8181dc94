// The largest gradient that can be found: a lower bound of the Lipschitz constant, by sampling and sign-gradient moves.
import { Random } from '@infimum/core';
import { projectInto } from '../bounds/region.ts';
import { preActivations, pullBack } from '../networks/network.ts';
import { dualNorm } from './jacobian-bounds.ts';
import type { PreparedLipschitz } from './local-lipschitz.ts';
import { unit } from './local-lipschitz.ts';

/** The largest norm seen, by output, and where. */
export interface SampledGradient {
  readonly norms: Float64Array;
  readonly points: Float64Array[];
}

/**
 * Evaluates gradients at `count` points of the region: uniform ones, the middle, and steps along the signs of the best
 * gradients, whose cells tend to be steeper further out. Deterministic.
 */
export function sampleGradients(
  { network, region, norm, outputs, counted }: PreparedLipschitz,
  count: number,
  seed = 1,
): SampledGradient {
  const random = new Random(seed);
  const norms = new Float64Array(outputs.length).fill(-1);
  const points = outputs.map(() => region.middle.slice());
  const selectors = outputs.map((output) => unit(network.outputs, output));
  const visit = (x: Float64Array) => {
    const values = preActivations(network, x);
    selectors.forEach((selector, k) => {
      const size = dualNorm(pullBack(network, values, selector), norm, counted);
      if (!(size > norms[k]) || !Number.isFinite(size)) return;
      norms[k] = size;
      points[k] = x.slice();
    });
  };
  const middle = region.middle.slice();
  projectInto(region, middle);
  visit(middle);
  const x = new Float64Array(middle.length);
  for (let sample = 1; sample < count; sample++) {
    const near = sample % 2 === 0 ? points[(sample / 2) % points.length] : undefined;
    // Corners, inner points, and neighbours of the best, in turn.
    const reach = near ? 0.5 ** (1 + (sample % 7)) : 1;
    for (let j = 0; j < x.length; j++) {
      const side = 2 * random.uniform() - 1;
      const move = sample % 3 === 0 ? Math.sign(side) : side;
      x[j] = (near ? near[j] : region.middle[j]) + reach * move * region.halfWidth[j];
    }
    projectInto(region, x);
    visit(x);
  }
  return { norms: norms.map((size) => Math.max(0, size)), points };
}
