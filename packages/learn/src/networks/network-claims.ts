// The claims of the paper on convex training, by values that are proved and by counts.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { adamRelu } from './adam-relu.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluPaper as paper } from './papers.ts';
import { planarRegression, robustFeatures } from './relu-families.ts';
import { reluAccuracy } from './relu-network.ts';
import { robustRelu } from './robust-relu.ts';
import { sampledConvexRelu } from './sampled-convex.ts';

/** The paper's claims. */
export const networkClaims = [
  defineClaim({
    id: 'learn/convex-relu-global',
    paper,
    statement:
      'Convex training finds the global optimum of a two-layer ReLU network, whereas gradient methods depend on their start.',
    published: 'figures of training curves',
    budget: 30,
    null: 'Adam’s best start in the place of convex training, its starts against themselves',
    bars: [
      { figure: 'value over a proved lower bound', atMost: 1.001, scale: 'log', source: 'the global optimum, to a thousandth' },
      {
        figure: 'worst of four starts of Adam over the best',
        atLeast: 1.01,
        scale: 'log',
        source: 'the statement: they depend, by a hundredth or more',
      },
    ],
    measure: (seed) => {
      const instance = planarRegression(12, seed, 0.1);
      const { value, lowerBound, isProof } = convexReluAdmm(instance);
      const starts = [0, 1, 2, 3].map((start) => adamRelu(instance, { units: 5, seed: 10 * seed + start }).value);
      const [best, worst] = [Math.min(...starts), Math.max(...starts)];
      const figures = (found: number, ratio: number) => ({
        'value over a proved lower bound': isProof ? found / lowerBound : Number.NaN,
        'worst of four starts of Adam over the best': ratio,
      });
      return { ours: figures(value, worst / best), null: figures(best, 1) };
    },
  }),
  defineClaim({
    id: 'learn/convex-relu-sampled',
    paper,
    statement: 'The sampled convex program approaches the optimum as more hidden units are drawn.',
    published: 'a bound on the probability that one more sample helps',
    budget: 40,
    null: 'ten units drawn anew in the place of more',
    bars: [
      {
        figure: 'exponent in the units of the excess',
        atMost: -0.25,
        source: 'the statement: it falls, faster than a fourth root',
      },
      {
        figure: 'excess at 1000 units, of the optimum',
        atMost: 0.05,
        source: 'the statement: it is approached, to a twentieth',
      },
    ],
    measure: (seed) => {
      const instance = planarRegression(12, seed, 0.1);
      const { lowerBound } = convexReluAdmm(instance);
      const units = [10, 50, 250, 1000];
      const excess = (count: number, draw: number) =>
        Math.max(1e-9, sampledConvexRelu(instance, { units: count, seed: 10 * seed + draw }).value / lowerBound - 1);
      const figures = (values: readonly number[]) => ({
        'exponent in the units of the excess': powerExponent(units, values),
        'excess at 1000 units, of the optimum': values[3],
      });
      const found = units.map((count) => excess(count, 0));
      const curve = Object.fromEntries(units.map((count, k) => [`excess@${count}`, found[k]]));
      return { ours: { ...figures(found), ...curve }, null: figures(units.map((_, k) => excess(10, k))) };
    },
  }),
  defineClaim({
    id: 'learn/convex-relu-robust',
    paper,
    statement: 'Convex adversarial training gives networks that withstand attacks under which nominal ones fail.',
    published: 'accuracies on image data sets',
    budget: 120,
    null: 'robust training against a radius of a hundredth of the attack’s',
    bars: [
      {
        figure: 'points right under attack, beyond nominal training',
        atLeast: 1,
        source: 'the statement: more, by a point or more',
      },
      { figure: 'share right under attack', atLeast: 0.5, source: 'the statement: it withstands; chance has half' },
    ],
    measure: (seed) => {
      const epsilon = 0.3;
      const train = robustFeatures(40, epsilon, 1e-3, seed);
      const test = robustFeatures(400, epsilon, 1e-3, 100_000 + seed);
      const { radii, ...plain } = train;
      const robust = robustRelu(train, { patternCount: 12, maxIterations: 150, seed });
      const weak = robustRelu({ ...train, radii: radii?.map((radius) => radius / 100) } as typeof train, {
        patternCount: 12,
        maxIterations: 150,
        seed,
      });
      const nominal = convexReluAdmm(plain, { patternCount: 12, tolerance: 1e-2, maxIterations: 1000, seed });
      const right = (network: Parameters<typeof reluAccuracy>[0]) =>
        reluAccuracy(network, test.points, test.targets, test.radii);
      const figures = (share: number) => ({
        'points right under attack, beyond nominal training': 100 * (share - right(nominal)),
        'share right under attack': share,
      });
      return { ours: figures(right(robust)), null: figures(right(weak)) };
    },
  }),
];
