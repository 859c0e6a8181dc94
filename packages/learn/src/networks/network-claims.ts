// The claims of the paper on convex training, by values that are proved and by counts.
import type { ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { adamRelu } from './adam-relu.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluPaper as paper } from './papers.ts';
import { planarRegression, robustFeatures } from './relu-families.ts';
import { reluAccuracy } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';
import { sampledConvexRelu } from './sampled-convex.ts';

function globalOptimum(): ClaimResult {
  const instance = planarRegression(12, 3, 0.1);
  const convex = convexReluAdmm(instance);
  const starts = [0, 1, 2, 3].map((seed) => adamRelu(instance, { units: 5, seed }).value);
  const [best, worst] = [Math.min(...starts), Math.max(...starts)];
  const gap = (convex.value - convex.lowerBound) / convex.value;
  const isRight = convex.status === 'converged' && convex.isProof && best >= convex.lowerBound;
  return {
    measured: `value ${convex.value.toFixed(6)} with a proof to ${gap.toExponential(1)}; five units by Adam from four starts end between ${best.toFixed(4)} and ${worst.toFixed(4)}`,
    verdict: isRight && worst > convex.value * 1.01 ? 'reproduced' : isRight ? 'partly reproduced' : 'not reproduced',
    figures: { objective: convex.value, gap, bestStart: best, worstStart: worst },
  };
}

function sampling(): ClaimResult {
  const instance = planarRegression(12, 3, 0.1);
  const optimum = convexReluAdmm(instance).lowerBound;
  const units = [10, 50, 400, 3000];
  const excess = units.map((count) => sampledConvexRelu(instance, { units: count, seed: 1 }).value / optimum - 1);
  const falls = excess.every((value, k) => k === 0 || value <= excess[k - 1]);
  return {
    measured: `above the optimum by ${excess.map((value, k) => `${(100 * value).toFixed(2)} % with ${units[k]} units`).join(', ')}`,
    verdict: falls && excess[3] < 0.01 ? 'reproduced' : 'not reproduced',
    figures: { few: excess[0], many: excess[3] },
  };
}

function robustness(): ClaimResult {
  const epsilon = 0.3;
  const train = robustFeatures(60, epsilon, 1e-3, 1);
  const test = robustFeatures(400, epsilon, 1e-3, 1001);
  const { radii: _, ...plain } = train;
  const robust = robustRelu(train, { patternCount: 30, maxIterations: 300 });
  const nominal = convexReluAdmm(plain, { patternCount: 30, tolerance: 1e-2, maxIterations: 2000 });
  const [a, b] = [robust, nominal].map((network) => reluAccuracy(network, test.points, test.targets, test.radii));
  return {
    measured: `${(100 * a).toFixed(1)} % right under 40 steps of attack with radius ${epsilon}, ${(100 * b).toFixed(1)} % after nominal training`,
    verdict: a >= b + 0.1 ? 'reproduced' : a > b ? 'partly reproduced' : 'not reproduced',
    figures: { robust: a, nominal: b },
  };
}

/** The paper's claims. */
export const networkClaims = [
  defineClaim({
    id: 'learn/convex-relu-global',
    paper,
    statement:
      'Convex training finds the global optimum of a two-layer ReLU network, where gradient methods depend on their start.',
    published: 'figures of training curves',
    budget: 20,
    run: async () => globalOptimum(),
  }),
  defineClaim({
    id: 'learn/convex-relu-sampled',
    paper,
    statement: 'The sampled convex program approaches the optimum as more hidden units are drawn.',
    published: 'a bound on the probability that one more sample helps',
    budget: 10,
    run: async () => sampling(),
  }),
  defineClaim({
    id: 'learn/convex-relu-robust',
    paper,
    statement: 'Convex adversarial training gives networks that withstand attacks under which nominal ones fail.',
    published: 'accuracies on image data sets',
    budget: 60,
    run: async () => robustness(),
  }),
];
