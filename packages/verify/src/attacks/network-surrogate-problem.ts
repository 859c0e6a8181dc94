// The registered problem of optimisation through networks: instances and metrics of `verify/network-surrogate`.
import type { Problem } from '@infimum/core';
import { defineFamily, defineProblem } from '@infimum/core';
import { denseNetwork } from '../networks/network.ts';
import { biodieselInstance } from './biodiesel-instance.ts';
import { cheapestPathInstance } from './cheapest-path-instance.ts';
import { digitMixInstance } from './digit-mix-instance.ts';
import { networkMap } from './network-map.ts';
import type { SurrogateAnswer, SurrogateInstance, SurrogateIterate, SurrogateSolution } from './network-surrogate.ts';
import { answerSurrogate, asSurrogateInstance, pollGain, SurrogateSearch } from './network-surrogate.ts';
import { constrainedInstance, distanceInstance, steppedInstance } from './random-surrogates.ts';

const size = { type: 'integer', min: 1, max: 2000, default: 10, description: 'Inputs' } as const;
const width = { type: 'integer', min: 1, max: 512, default: 64, description: 'Neurons of the two hidden layers' } as const;

/** Optimisation through networks. */
export const networkSurrogateProblem: Problem<SurrogateInstance, SurrogateSolution, SurrogateIterate, SurrogateAnswer> =
  /* @__PURE__ */ defineProblem<
    SurrogateInstance,
    SurrogateSolution,
    'value' | 'violation' | 'poll-gain',
    SurrogateIterate,
    SurrogateAnswer
  >({
    id: 'verify/network-surrogate',
    title: 'Optimisation through a network',
    statement: `Given a network or simulation $\\Phi : \\mathbb{R}^n \\to \\mathbb{R}^m$ that returns values, and perhaps products
$J(x)^\\top u$, and functions $F$, $c$, minimise
$$F(\\Phi(x)) + \\lVert \\max(c_x(x), 0) \\rVert^2 + \\lVert \\max(c_y(\\Phi(x)), 0) \\rVert^2$$
with few evaluations. The scaling of $c$ is the weight of the penalty.`,
    families: {
      distance: /* @__PURE__ */ defineFamily({
        title: 'Hit a target',
        description: 'F = |y - Φ(x*)|² for a random tanh network n-64-64-10 and a box; the minimum is 0.',
        real: false,
        params: { n: size, width },
        suites: { quick: [{ n: 3, width: 4 }, { n: 20 }], full: [{ n: 50 }, { n: 200 }] },
        generate: ({ n, width: hidden }, seed) => distanceInstance(n, hidden, seed),
      }),
      constrained: /* @__PURE__ */ defineFamily({
        title: 'Maximise one output, limit another',
        description: 'F = -y_0 with y_1 <= 0.2 and a box, for a random tanh network n-64-64-2.',
        real: false,
        params: { n: size, width },
        suites: { quick: [{ n: 3, width: 4 }, { n: 20 }], full: [{ n: 50 }, { n: 200 }] },
        generate: ({ n, width: hidden }, seed) => constrainedInstance(n, hidden, seed),
      }),
      steps: /* @__PURE__ */ defineFamily({
        title: 'Simulation of finite resolution',
        description: 'As the first family, with outputs rounded to 0.05 and without derivatives.',
        real: false,
        params: { n: size, width },
        suites: { quick: [{ n: 1, width: 4 }, { n: 20 }], full: [{ n: 50 }] },
        generate: ({ n, width: hidden }, seed) => steppedInstance(n, hidden, seed),
      }),
      digits: /* @__PURE__ */ defineFamily({
        title: 'A mix of digits',
        description:
          'Weights of a mix of handwritten digits that a trained network 64-32-10 classifies like the first; softmax of x in [-10, 10]^n.',
        real: true,
        params: {
          images: { type: 'integer', min: 2, max: 200, default: 50, description: 'Number of mixed images' },
          epochs: { type: 'integer', min: 1, max: 100, default: 60, description: 'Training passes' },
        },
        suites: { quick: [{ images: 4, epochs: 1 }], full: [{ epochs: 10 }, { images: 100 }] },
        generate: ({ images, epochs }, seed) => digitMixInstance(images, epochs, seed),
      }),
      biodiesel: /* @__PURE__ */ defineFamily({
        title: 'Yield of a reactor',
        description:
          'Time and microwave power for the transesterification of vegetable oil, through a tanh network fitted to its differential equations.',
        real: false,
        params: {
          width: { type: 'integer', min: 2, max: 64, default: 32, description: 'Neurons of the two hidden layers' },
          epochs: { type: 'integer', min: 1, max: 2000, default: 300, description: 'Fitting passes' },
          fineness: { type: 'integer', min: 1, max: 2, default: 1, description: 'g: the fit sees 12 g powers and 30 g² times' },
        },
        suites: { quick: [{ width: 4, epochs: 1 }], full: [{ epochs: 60 }, { epochs: 100, fineness: 2 }] },
        generate: ({ width: hidden, epochs, fineness }, seed) => biodieselInstance(hidden, epochs, seed, fineness),
      }),
      paths: /* @__PURE__ */ defineFamily({
        title: 'A counterfactual map',
        description: 'The least change of a latent vector that makes a given path cheap on the map drawn by a random network.',
        real: false,
        params: {
          side: { type: 'integer', min: 3, max: 20, default: 12, description: 'Side of the map' },
          latent: { type: 'integer', min: 2, max: 128, default: 64, description: 'Length of the latent vector' },
        },
        suites: { quick: [{ side: 3, latent: 3 }], full: [{}] },
        generate: ({ side, latent }, seed) => cheapestPathInstance(side, latent, seed),
      }),
    },
    metrics: {
      value: {
        title: 'Value',
        description: 'F + |max(c, 0)|² at the solution, evaluated again',
        unit: '',
        direction: 'minimize',
        compute: (instance, { x }) => finite(judge(instance, x).value),
      },
      violation: {
        title: 'Violation',
        description: '|max(c, 0)| at the solution, in the scaling of the inequalities',
        unit: '',
        direction: 'minimize',
        compute: (instance, { x }) => finite(judge(instance, x).violation),
      },
      'poll-gain': {
        title: 'Gain of a short step',
        description: 'Gain still available from a step of 1e-5 along an axis',
        unit: '',
        direction: 'minimize',
        compute: (instance, { x }) => pollGain(instance, x),
      },
    },
    primaryMetric: 'value',
    unproved: 'The value found is computed, and no better point is ruled out: the search sees only values.',
    plainData: () => undefined,
    validate: (instance) => void asSurrogateInstance(instance),
    badInstances,
    hardInstances,
    success: { metric: 'poll-gain', bound: () => 0 },
    answer: answerSurrogate,
  });

const judge = (instance: SurrogateInstance, x: Float64Array) =>
  new SurrogateSearch(instance).judge(x, instance.map.evaluate(x));

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_VALUE);

function badInstances() {
  const good = () => distanceInstance(3, 4, 1);
  const bad = (fault: string, argument: string, change: Partial<SurrogateInstance>) => ({
    fault,
    argument,
    instance: { ...good(), ...change },
  });
  return [
    bad('no map', 'map', { map: undefined as never }),
    bad('no gradient', 'objective.gradient', { objective: { value: () => 0 } as never }),
    bad('a short start', 'initial', { initial: new Float64Array(2) }),
    bad('NaN in the start', 'initial', { initial: Float64Array.of(0, Number.NaN, 0) }),
    bad('a radius of nothing', 'radius', { radius: 0 }),
    bad('a unit of nothing', 'scale', { scale: Float64Array.of(1, 0, 1) }),
  ];
}

function hardInstances() {
  const good = (): SurrogateInstance => distanceInstance(3, 4, 1);
  const changed = (change: (value: number) => number): SurrogateInstance => {
    const { objective, ...rest } = good();
    return { ...rest, objective: { value: (y) => change(objective.value(y)), gradient: objective.gradient } };
  };
  let calls = 0;
  const linear = denseNetwork([Float64Array.of(1, -1)], [new Float64Array(1)]);
  return [
    { hardness: 'values of 1e150', instance: changed((value) => value * 1e150) },
    { hardness: 'denormal values', instance: changed((value) => value * 1e-315) },
    { hardness: 'a flat objective', instance: changed(() => 1) },
    { hardness: 'NaN everywhere', instance: changed(() => Number.NaN) },
    { hardness: 'NaN after fifty evaluations', instance: changed((value) => (++calls > 50 ? Number.NaN : value)) },
    {
      hardness: 'an objective without a minimum',
      instance: {
        map: networkMap(linear),
        objective: { value: (y: Float64Array) => y[0], gradient: () => Float64Array.of(1) },
        initial: new Float64Array(2),
        radius: 0.1,
      },
    },
    { hardness: 'a start of 1e150', instance: { ...good(), initial: new Float64Array(3).fill(1e150) } },
    { hardness: 'units of 1e-150', instance: { ...good(), scale: new Float64Array(3).fill(1e-150) } },
  ];
}
