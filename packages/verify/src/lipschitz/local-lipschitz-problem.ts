// The registered problem of local Lipschitz constants: instances, metrics and file format of `verify/local-lipschitz`.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem, fault } from '@infimum/core';
import { importData, readObject, readVector } from '@infimum/core/data';
import type { Region } from '../bounds/region.ts';
import { regionAround } from '../bounds/region.ts';
import { finish } from '../bounds/row-products.ts';
import type { Activation, DenseLayer, Network } from '../networks/network.ts';
import { randomCenter, randomConvolutionalNetwork, randomDenseNetwork } from '../networks/random-network.ts';
import { trainNetwork } from '../networks/train-network.ts';
import type { LipschitzInstance, LipschitzIterate, LipschitzSolution } from './local-lipschitz.ts';
import { asLipschitzInstance, prepareLipschitz } from './local-lipschitz.ts';
import type { SampledGradient } from './sampled-gradient.ts';
import { sampleGradients } from './sampled-gradient.ts';

/** Gradients that the metrics sample. */
const SAMPLES = 100;

/** The rounding error of a sampled gradient, as a share. */
const ROUNDING_SHARE = 1e-9;

/** Local Lipschitz constants of networks. */
export const localLipschitzProblem: Problem<LipschitzInstance, LipschitzSolution, LipschitzIterate> =
  /* @__PURE__ */ defineProblem<LipschitzInstance, LipschitzSolution, 'gap' | 'bound' | 'violation', LipschitzIterate>({
    id: 'verify/local-lipschitz',
    title: 'Local Lipschitz constant',
    statement: `Given a network $f : \\mathbb{R}^d \\to \\mathbb{R}^K$ and a region $B$, find a small $L$ with a proof that
$$|f_i(x) - f_i(x')| \\le L \\lVert x - x' \\rVert \\quad \\text{for all } x, x' \\in B \\text{ and all outputs } i,$$
that is, bound the dual norm of every generalised gradient of $f_i$ on $B$.`,
    families: {
      random: /* @__PURE__ */ defineFamily({
        title: 'Random networks',
        description:
          'Weights N(0, 2 / fan in), biases N(0, 0.01), drawn with mulberry32(seed); a box around uniform numbers of mulberry32(seed + 100).',
        real: false,
        params: {
          inputs: { type: 'integer', min: 1, max: 3072, default: 4, description: 'Inputs' },
          width: { type: 'integer', min: 1, max: 1024, default: 10, description: 'Neurons per hidden layer' },
          hidden: { type: 'integer', min: 0, max: 10, default: 2, description: 'Hidden layers' },
          outputs: { type: 'integer', min: 1, max: 100, default: 1, description: 'Outputs' },
          radius: { type: 'number', min: 0, max: 10, default: 0.3, description: 'Half-width of the box' },
          activation: {
            type: 'choice',
            choices: ['relu', 'leaky-relu', 'tanh', 'sigmoid', 'softplus'],
            default: 'relu',
            description: 'Activation of the hidden layers',
          },
        },
        suites: {
          quick: [
            { inputs: 2, width: 6, outputs: 2 },
            { inputs: 8, width: 16, outputs: 4, radius: 0.1 },
            { inputs: 64, width: 100, outputs: 10, radius: 0.02 },
          ],
          full: [{ inputs: 64, width: 128, hidden: 3, outputs: 10, radius: 0.05 }],
        },
        generate: ({ inputs, width, hidden, outputs, radius, activation }, seed) => ({
          network: randomDenseNetwork(
            [inputs, ...new Array<number>(hidden).fill(width), outputs],
            seed,
            activation as Activation,
          ),
          region: regionAround(randomCenter(inputs, seed), radius),
        }),
      }),
      convolutional: /* @__PURE__ */ defineFamily({
        title: 'Random convolutional networks',
        description: 'Two strided convolutions and dense layers, He-normal, on square images.',
        real: false,
        params: {
          depth: { type: 'integer', min: 1, max: 3, default: 1, description: 'Channels of the image' },
          side: { type: 'integer', min: 4, max: 64, default: 6, description: 'Side of the image' },
          outputs: { type: 'integer', min: 1, max: 100, default: 2, description: 'Outputs' },
          radius: { type: 'number', min: 0, max: 1, default: 0.05, description: 'Half-width of the box' },
        },
        suites: {
          quick: [{}],
          full: [
            { side: 8, outputs: 3 },
            { depth: 3, side: 32, outputs: 10, radius: 0.00392156862745098 },
          ],
        },
        generate: ({ depth, side, outputs, radius }, seed) => {
          const shapes =
            side >= 32
              ? ([
                  [8, 4, 2, 1],
                  [16, 4, 2, 1],
                ] as const)
              : ([
                  [4, 3, 2, 1],
                  [6, 3, 2, 1],
                ] as const);
          const dense = side >= 32 ? [100, outputs] : [outputs];
          return {
            network: randomConvolutionalNetwork([depth, side, side], shapes, dense, seed),
            region: regionAround(randomCenter(depth * side * side, seed), radius),
          };
        },
      }),
      digits: /* @__PURE__ */ defineFamily({
        title: 'Digit classifier',
        description: 'Trained on the 8 x 8 digits; a box around the image with the number of the seed, cut to [0, 1].',
        real: true,
        params: {
          width: { type: 'integer', min: 1, max: 256, default: 6, description: 'Neurons of the hidden layer' },
          epochs: { type: 'integer', min: 1, max: 100, default: 1, description: 'Passes over the images' },
          radius: { type: 'number', min: 0, max: 1, default: 0.02, description: 'Half-width of the box' },
        },
        suites: { quick: [{}, { width: 32, epochs: 10 }], full: [{ width: 64, epochs: 30 }] },
        generate: async ({ width, epochs, radius }, seed) => {
          const { network, images } = await digitsReader(width, epochs, seed);
          const at = (seed % images.rows) * images.cols;
          const center = images.values.slice(at, at + images.cols);
          return { network, region: regionAround(center, radius, { clip: [0, 1] }) };
        },
      }),
    },
    metrics: {
      gap: {
        title: 'Gap',
        description: 'Share of the bound not reached by any gradient, of a hundred sampled ones and those the solver saw',
        unit: '',
        direction: 'minimize',
        targets: [0.5, 0.1, 0.01],
        compute: (instance, { bound, lowerBound }) => {
          const seen = Math.max(lowerBound, ...sampled(instance).norms);
          return bound > 0 ? Math.max(0, (bound - seen) / bound) : 0;
        },
      },
      bound: {
        title: 'Bound',
        description: 'The largest bound of an output',
        unit: '',
        direction: 'minimize',
        compute: (_, { bound }) => bound,
      },
      violation: {
        title: 'Violation',
        description: 'How far a sampled gradient exceeds the bound of its output, as a share of it; 0 for a true bound',
        unit: '',
        direction: 'minimize',
        compute: (instance, { perOutput }) => {
          const { norms } = sampled(instance);
          return perOutput.reduce(
            (worst, bound, i) => (norms[i] > bound ? Math.max(worst, (norms[i] - bound) / norms[i]) : worst),
            0,
          );
        },
      },
    },
    primaryMetric: 'gap',
    certificates: {
      enclosure: {
        title: 'Lipschitz constant',
        statement: `For the given doubles of the network and the box: the largest dual norm of a generalized gradient of
an asked output on the box is *constant*, and the largest share of an output's own by which it exceeds its bound is *violation*.`,
        about: 'optimum',
        figures: ['constant', 'violation'],
        cost: 'O(L n w^3) \\text{ for } L \\text{ parts of the box, in whole numbers}',
        always: false,
        declines: ({ network, region }) =>
          isPlain(network) && !region.ball ? undefined : 'only dense ReLU networks on boxes are checked',
        prover: () => import('./lipschitz-prover.ts'),
        checker: () => import('./lipschitz-checker.ts'),
      },
    },
    instanceFile: {
      description:
        '`layers`: a list of dense layers `{ weight: [[…], …], bias: […] }`, one row of weights per output; `activation` of the hidden layers; `lower` and `upper`: the box; `norm`: `inf`, `l1` or `l2`.',
      example: {
        layers: [
          {
            weight: [
              [1, 1],
              [1, -1],
            ],
            bias: [0, 0],
          },
          { weight: [[1, -1]], bias: [0] },
        ],
        activation: 'relu',
        lower: [-1, -1],
        upper: [1, 1],
      },
      parse: parseLipschitzFile,
    },
    validate: (instance) => void asLipschitzInstance(instance),
    badInstances,
    hardInstances,
    success: { metric: 'violation', certificate: 'enclosure', bound: () => ROUNDING_SHARE },
  });

const cache = new WeakMap<LipschitzInstance, SampledGradient>();

/** The metrics' samples of an instance: the same for all of them. */
function sampled(instance: LipschitzInstance): SampledGradient {
  const known = cache.get(instance) ?? finish(sampleGradients(prepareLipschitz(instance), SAMPLES, 17));
  cache.set(instance, known);
  return known;
}

/** The digits with pixels from 0 to 1. */
async function scaledDigits() {
  const { loadDigits } = await importData(() => import('@infimum/datasets/digits'));
  const { images, labels } = loadDigits();
  return { images: { ...images, values: images.values.map((pixel) => pixel / 16) }, labels };
}

/** A network with one hidden layer that is trained on the digits, and their images. */
export async function digitsReader(width: number, epochs: number, seed: number) {
  const { images, labels } = await scaledDigits();
  const settings = { outputs: 10, activation: 'relu', loss: 'classes', batch: 32, rate: 0.01 } as const;
  return { network: trainNetwork(images, labels, { ...settings, hidden: [width], epochs, seed }), images };
}

/** Reads a dense network from parsed JSON. */
export function parseLayers(layers: unknown, activation: unknown): Network {
  if (!Array.isArray(layers)) throw fault('expected a list of layers', 'layers', 'type');
  return {
    layers: layers.map((layer: unknown, k): DenseLayer => {
      const name = `layers[${k}]`;
      const { weight, bias } = readObject(layer, name, ['weight', 'bias']);
      if (!Array.isArray(weight)) throw fault('expected rows', `${name}.weight`, 'type');
      const rows = weight.map((row) => readVector(row, `${name}.weight`));
      const values = new Float64Array(rows.length * (rows[0]?.length ?? 0));
      rows.forEach((row, i) => {
        if (row.length !== rows[0].length) {
          throw fault(`row ${i} has ${row.length} entries, row 0 has ${rows[0].length}`, `${name}.weight`, 'shape', i);
        }
        values.set(row, i * row.length);
      });
      return {
        kind: 'dense',
        inputs: rows[0]?.length ?? 0,
        outputs: rows.length,
        weight: values,
        bias: readVector(bias, `${name}.bias`),
        activation: k === layers.length - 1 ? 'linear' : ((activation ?? 'relu') as Activation),
      };
    }),
  };
}

/** Whether a network is dense and of ReLUs, as proofs need it. */
export function isPlain({ layers }: Network): boolean {
  const last = layers.length - 1;
  return layers.every(({ kind, activation }, k) => kind === 'dense' && activation === (k === last ? 'linear' : 'relu'));
}

function parseLipschitzFile(json: unknown): LipschitzInstance {
  const fields = ['layers', 'activation', 'lower', 'upper', 'norm'];
  const { layers, activation, lower, upper, norm } = readObject(json, 'instance', fields);
  const network = parseLayers(layers, activation);
  const region: Region = { lower: readVector(lower, 'lower'), upper: readVector(upper, 'upper') };
  return asLipschitzInstance({ network, region, ...(norm !== undefined && { norm: norm as 'inf' }) });
}

function badInstances() {
  const good = (): LipschitzInstance => ({
    network: randomDenseNetwork([2, 3, 1], 1),
    region: { lower: Float64Array.of(0, 0), upper: Float64Array.of(1, 1) },
  });
  const withLayer = (change: object): LipschitzInstance => {
    const { network, region } = good();
    return { network: { layers: [{ ...network.layers[0], ...change } as DenseLayer, network.layers[1]] }, region };
  };
  const bad = (fault: string, argument: string, change: Partial<LipschitzInstance>) => ({
    fault,
    argument,
    instance: { ...good(), ...change },
  });
  return [
    bad('no layer', 'network.layers', { network: { layers: [] } }),
    {
      fault: 'NaN in a weight',
      instance: withLayer({ weight: new Float64Array(6).fill(Number.NaN) }),
      argument: 'network.layers[0].weight',
    },
    { fault: 'a short bias', instance: withLayer({ bias: new Float64Array(2) }), argument: 'network.layers[0].bias' },
    {
      fault: 'layers that do not fit',
      instance: withLayer({ outputs: 2, weight: new Float64Array(4), bias: new Float64Array(2) }),
      argument: 'network.layers[1]',
    },
    { fault: 'an unknown activation', instance: withLayer({ activation: 'gelu' }), argument: 'network.layers[0].activation' },
    bad('a box upside down', 'region.lower', { region: { lower: Float64Array.of(0, 2), upper: Float64Array.of(1, 1) } }),
    bad('a box of another size', 'region.lower', { region: { lower: new Float64Array(3), upper: new Float64Array(3) } }),
    bad('an output that does not exist', 'outputs', { outputs: Int32Array.of(1) }),
    bad('an unknown norm', 'norm', { norm: 'l3' as 'l2' }),
  ];
}

function hardInstances() {
  const of = (network: Network, radius = 0.3): LipschitzInstance => {
    const inputs = (network.layers[0] as DenseLayer).inputs;
    return { network, region: regionAround(randomCenter(inputs, 1), radius) };
  };
  const scaled = (...factors: number[]): Network => ({
    layers: randomDenseNetwork([2, 5, 5, 1], 3).layers.map((layer, k) => {
      const { weight, bias } = layer as DenseLayer;
      const times = (a: number) => a * factors[k];
      return { ...layer, weight: weight.map(times), bias: bias.map(times) } as DenseLayer;
    }),
  });
  const zero = randomDenseNetwork([2, 5, 1], 1);
  return [
    { hardness: 'weights scaled by 1e150', instance: of(scaled(1e150, 1, 1)) },
    { hardness: 'weights whose product overflows', instance: of(scaled(1e150, 1e150, 1e150)) },
    { hardness: 'weights scaled by 1e-150', instance: of(scaled(1e-150, 1, 1)) },
    { hardness: 'denormal gradients', instance: of(scaled(1e-150, 1e-160, 1)) },
    { hardness: 'weights that cancel, 1e-10 and 1e10', instance: of(scaled(1e-10, 1e10, 1)) },
    {
      hardness: 'a flat network',
      instance: of({
        layers: zero.layers.map((layer) => ({ ...layer, weight: (layer as DenseLayer).weight.map(() => 0) })) as DenseLayer[],
      }),
    },
    { hardness: 'a box of one point', instance: of(randomDenseNetwork([2, 5, 1], 4), 0) },
    {
      hardness: 'a point on every kink',
      instance: {
        network: {
          layers: randomDenseNetwork([2, 5, 5, 1], 5).layers.map((layer) => ({
            ...layer,
            bias: (layer as DenseLayer).bias.map(() => 0),
          })) as DenseLayer[],
        },
        region: { lower: new Float64Array(2), upper: new Float64Array(2) },
      },
    },
    { hardness: 'saturated activations', instance: of(randomDenseNetwork([2, 5, 5, 1], 6, 'tanh'), 1e6) },
    { hardness: 'a box as wide as numbers go', instance: of(randomDenseNetwork([2, 5, 1], 7), 1e300) },
  ];
}
