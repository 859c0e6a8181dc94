// The registered problem of verification: instances, metrics and file format of `verify/robustness`.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { readObject, readVector } from '@infimum/core/data';
import { regionAround } from '../bounds/region.ts';
import { digitsReader, isPlain, parseLayers } from '../lipschitz/local-lipschitz-problem.ts';
import { isExact, isExactlyUnsafe } from '../networks/exact-values.ts';
import type { DenseLayer, Network } from '../networks/network.ts';
import { evaluateNetwork, preActivations, prepareNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import type { PropertyInstance, PropertyIterate, PropertySolution } from './verify-property.ts';
import { asPropertyInstance } from './verify-property.ts';
import { robustnessCases } from './verify-robustness.ts';

const IDENTITY = {
  weight: [
    [1, 0],
    [0, 1],
  ],
  bias: [0, 0],
};

/** Verification of properties of networks. */
export const robustnessProblem: Problem<PropertyInstance, PropertySolution, PropertyIterate> = /* @__PURE__ */ defineProblem<
  PropertyInstance,
  PropertySolution,
  'undecided' | 'false-witness' | 'bound',
  PropertyIterate
>({
  id: 'verify/robustness',
  title: 'Verification of robustness',
  statement: `Given a network $f$, regions $B_k$ and inequalities $C_k y \\le d_k$, prove that no $x \\in B_k$ has unsafe outputs
$C_k f(x) \\le d_k$ for any $k$, or find one that does. For the robustness of a classification the inequalities are
$f_{\\text{label}}(x) - f_j(x) \\le 0$ for all other $j$.`,
  families: {
    random: /* @__PURE__ */ defineFamily({
      title: 'Random networks',
      description: 'Labels of random ReLU networks around uniform points, drawn as for local Lipschitz constants.',
      real: false,
      params: {
        inputs: { type: 'integer', min: 1, max: 100, default: 3, description: 'Inputs' },
        width: { type: 'integer', min: 1, max: 256, default: 8, description: 'Neurons of the two hidden layers' },
        outputs: { type: 'integer', min: 2, max: 20, default: 3, description: 'Labels' },
        radius: { type: 'number', min: 0, max: 10, default: 0.2, description: 'Half-width of the box' },
      },
      suites: {
        quick: [
          { inputs: 4, width: 8, radius: 0.7 },
          { inputs: 2, width: 5, radius: 2 },
          {},
          { inputs: 5, width: 16, radius: 0.1 },
        ],
        full: [{ inputs: 8, width: 24 }],
      },
      generate: ({ inputs, width, outputs, radius }, seed) =>
        around(randomDenseNetwork([inputs, width, width, outputs], seed), randomCenter(inputs, seed), radius),
    }),
    digits: /* @__PURE__ */ defineFamily({
      title: 'Digit classifier',
      description: 'The label of an image of the 8 x 8 digits, under changes of every pixel, by a network trained on them.',
      real: true,
      params: {
        width: { type: 'integer', min: 1, max: 256, default: 8, description: 'Neurons of the hidden layer' },
        epochs: { type: 'integer', min: 1, max: 100, default: 1, description: 'Passes over the images' },
        radius: { type: 'number', min: 0, max: 1, default: 0.02, description: 'Half-width of the box' },
      },
      suites: { quick: [{}, { width: 24, epochs: 5 }], full: [{ width: 48, epochs: 20, radius: 0.05 }] },
      generate: async ({ width, epochs, radius }, seed) => {
        const { network, images } = await digitsReader(width, epochs, seed);
        const at = (seed % images.rows) * images.cols;
        return around(network, images.values.slice(at, at + images.cols), radius, [0, 1]);
      },
    }),
  },
  metrics: {
    undecided: {
      title: 'Undecided',
      description: '1 where the verdict is unknown, 0 where it is certified or falsified',
      unit: '',
      direction: 'minimize',
      compute: (_, { verdict }) => (verdict === 'unknown' ? 1 : 0),
    },
    'false-witness': {
      title: 'False witness',
      description:
        'How far a witness misses, or 1 if corners or the middle of a certified region are unsafe; 0 for a true verdict',
      unit: '',
      direction: 'minimize',
      compute: falsehood,
    },
    bound: {
      title: 'Bound',
      description: 'Proven margin by which every input exceeds some limit',
      unit: '',
      direction: 'maximize',
      compute: (_, { bound }) => bound,
    },
  },
  primaryMetric: 'undecided',
  instanceFile: {
    description:
      '`layers`: a list of dense layers `{ weight: [[…], …], bias: […] }`; `activation` of the hidden layers; `x`: an input; `radius`: how far it may move in every coordinate. The label of x must not change.',
    example: { layers: [IDENTITY, IDENTITY], activation: 'relu', x: [1, 0.5], radius: 0.2 },
    parse: (json) => {
      const { layers, activation, x, radius } = readObject(json, 'instance', ['layers', 'activation', 'x', 'radius']);
      return asPropertyInstance(around(parseLayers(layers, activation), readVector(x, 'x'), radius as number));
    },
  },
  validate: (instance) => void asPropertyInstance(instance),
  badInstances: () => {
    const good = () => around(randomDenseNetwork([2, 3, 2], 1), randomCenter(2, 1), 0.1);
    const [one] = good().unsafe;
    const bad = (fault: string, argument: string, change: Partial<PropertyInstance>) => ({
      fault,
      argument,
      instance: { ...good(), ...change },
    });
    return [
      bad('no case', 'unsafe', { unsafe: [] }),
      bad('no layer', 'network.layers', { network: { layers: [] } }),
      bad('a row too short', 'unsafe[0].rows', { unsafe: [{ ...one, rows: new Float64Array(1) }] }),
      bad('NaN in a limit', 'unsafe[0].limits', { unsafe: [{ ...one, limits: Float64Array.of(Number.NaN) }] }),
      bad('a box upside down', 'unsafe[0].region.lower', {
        unsafe: [{ ...one, region: { lower: Float64Array.of(1, 1), upper: new Float64Array(2) } }],
      }),
    ];
  },
  hardInstances: () => {
    const network = (factors: readonly number[]): Network => ({
      layers: (randomDenseNetwork([2, 5, 5, 2], 3).layers as DenseLayer[]).map((layer, k) => ({
        ...layer,
        weight: layer.weight.map((w) => w * factors[k]),
        bias: layer.bias.map((b) => b * factors[k]),
      })),
    });
    const of = (factors: readonly number[], radius = 0.2) => around(network(factors), randomCenter(2, 3), radius);
    return [
      { hardness: 'weights scaled by 1e150', instance: of([1e150, 1, 1]) },
      { hardness: 'weights whose product overflows', instance: of([1e150, 1e150, 1e150]) },
      { hardness: 'weights scaled by 1e-150', instance: of([1e-150, 1, 1]) },
      { hardness: 'weights that cancel, 1e-10 and 1e10', instance: of([1e-10, 1e10, 1]) },
      { hardness: 'outputs that tie', instance: of([1, 1, 0]) },
      { hardness: 'a box of one point', instance: of([1, 1, 1], 0) },
      { hardness: 'a box as wide as numbers go', instance: of([1, 1, 1], 1e300) },
    ];
  },
  success: { metric: 'false-witness', certificate: 'verdict', bound: () => 0 },
  certificates: {
    verdict: {
      title: 'Certified or falsified',
      statement: String.raw`For the given doubles of the network, the regions and the inequalities, in real arithmetic: if the verdict is
*certified*, no $x \in B_k$ has $C_k f(x) \le d_k$ for any $k$; if it is *falsified*, the witness does.`,
      about: 'optimum',
      figures: ['false-witness'],
      cost: 'O(L n^2 w^3) \\text{ for } L \\text{ leaves, in whole numbers}',
      always: false,
      declines: ({ network }, { verdict }) => {
        if (verdict === 'unknown') return 'the verdict is unknown';
        return isPlain(network) ? undefined : 'only dense ReLU networks are checked';
      },
      prover: () => import('./property-prover.ts'),
      checker: () => import('./property-checker.ts'),
    },
  },
});

/** The label of x must stay in a box around it. */
function around(network: Network, x: Float64Array, radius: number, clip?: readonly [number, number]): PropertyInstance {
  const y = evaluateNetwork(network, x);
  const label = y.reduce((best, value, i) => (value > y[best] ? i : best), 0);
  regionAround(x, radius, { clip });
  return { network, unsafe: robustnessCases({ x, radius, clip }, label, y.length) };
}

function falsehood({ network, unsafe }: PropertyInstance, { verdict, witness, unsafeCase }: PropertySolution): number {
  const prepared = prepareNetwork(network);
  const marginAt = (x: Float64Array, k: number) => {
    const { rows, limits } = unsafe[k];
    const values = preActivations(prepared, x);
    const y = values[values.length - 1];
    let margin = -Infinity;
    limits.forEach((limit, r) => {
      let sum = -limit;
      for (let i = 0; i < y.length; i++) sum += rows[r * y.length + i] * y[i];
      margin = Math.max(margin, sum);
    });
    return margin;
  };
  if (verdict === 'falsified') {
    if (!witness) return 1;
    const { rows, limits } = unsafe[unsafeCase ?? 0];
    const width = prepared.outputs;
    const margin = marginAt(witness, unsafeCase ?? 0);
    // Ties are decided in whole numbers.
    const each = Array.from(limits, (_, r) => rows.slice(r * width, (r + 1) * width));
    if (isExact(prepared) && isExactlyUnsafe(prepared, witness, each, limits)) return 0;
    return margin <= 0 ? 0 : Math.min(Number.MAX_VALUE, Math.abs(margin) || 1);
  }
  if (verdict === 'unknown') return 0;
  const isUnsafe = unsafe.some(({ region: { lower, upper } }, k) =>
    [lower, upper, lower.map((low, j) => low / 2 + upper[j] / 2)].some((x) => marginAt(x, k) <= 0),
  );
  return isUnsafe ? 1 : 0;
}
