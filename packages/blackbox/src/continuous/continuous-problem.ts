// The registered problem of minimisation by values alone.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { defineProblem } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answerQuestions, checkBlackBox } from './black-box.ts';
import { continuousFamilies } from './continuous-families.ts';

/** Minimisation of a function of which only values are known. */
export const continuous: Problem<BlackBox, BestPoint, Questions, Float64Array> = defineProblem<
  BlackBox,
  BestPoint,
  'error' | 'excess' | 'evaluations',
  Questions,
  Float64Array
>({
  id: 'blackbox/continuous',
  title: 'Minimisation by values',
  statement: String.raw`Given $f: [l, u] \subseteq \mathbb R^d \to \mathbb R$ of which only values are known, find $x$ with
$$f(x) \le f_{\mathrm{target}},$$
or as small as a budget of evaluations allows.`,
  families: continuousFamilies,
  metrics: {
    error: {
      title: 'Error',
      description: 'f(x) minus the minimum, if it is known.',
      unit: '',
      direction: 'minimize',
      targets: [1, 1e-2, 1e-4, 1e-8],
      compute: (blackBox, { x }) => finite(blackBox.value(x.slice()) - (blackBox.optimum ?? 0)),
    },
    excess: {
      title: 'Excess',
      description: 'f(x) minus the target, 0 if it is reached.',
      unit: '',
      direction: 'minimize',
      compute: (blackBox, { x }) => finite(Math.max(0, blackBox.value(x.slice()) - (blackBox.target ?? Infinity))),
    },
    evaluations: {
      title: 'Evaluations',
      description: 'Number of evaluated points.',
      unit: '',
      direction: 'minimize',
      compute: (_, { evaluations }) => evaluations.value,
    },
  },
  primaryMetric: 'error',
  unproved: 'The function is known only through values, and no number of them rules out a better point.',
  success: { metric: 'excess', bound: () => 0 },
  plainData: ({ dimension, initial, scale, lower, upper, optimum, target, constraints }) =>
    constraints ? undefined : { dimension, initial, scale, lower, upper, optimum, target },
  plainFunctions: (blackBox) => ({ value: (point) => blackBox.value(point) }),
  validate: (blackBox) => void checkBlackBox(blackBox),
  badInstances,
  hardInstances,
  answer: answerQuestions,
});

/** The number, or the largest there is. */
function finite(value: number): number {
  if (value === -Infinity) return -Number.MAX_VALUE;
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

function badInstances(): BadInstance<BlackBox>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { dimension: 2, value: () => 0, ...change } as BlackBox,
  });
  return [
    bad('no variables', 'dimension', { dimension: 0 }),
    bad('no function', 'value', { value: 1 }),
    bad('NaN at the start', 'initial', { initial: Float64Array.of(0, Number.NaN) }),
    bad('a scale of 0', 'scale', { scale: Float64Array.of(1, 0) }),
    bad('a bound too few', 'lower', { lower: Float64Array.of(1) }),
    bad('a bound that is NaN', 'upper', { upper: Float64Array.of(1, Number.NaN) }),
    bad('bounds that cross', 'upper', { lower: Float64Array.of(0, 1), upper: Float64Array.of(1, 0) }),
    bad('an optimum that is NaN', 'optimum', { optimum: Number.NaN }),
    bad('a target that is NaN', 'target', { target: Number.NaN }),
  ];
}

function hardInstances(): HardInstance<BlackBox>[] {
  const bowl = ([x, y]: Float64Array) => (x - 1) ** 2 + (y + 2) ** 2;
  let calls = 0;
  const box = { dimension: 2, target: 1e-3 };
  return [
    { hardness: 'values times 1e150', instance: { ...box, value: (x) => 1e150 * bowl(x), target: 1e147 } },
    { hardness: 'values times 1e-150', instance: { ...box, value: (x) => 1e-150 * bowl(x), target: 1e-153 } },
    { hardness: 'denormal values', instance: { ...box, value: (x) => 1e-320 * bowl(x), target: 0 } },
    {
      hardness: 'variables of very different scales',
      instance: {
        ...box,
        value: ([x, y]) => bowl(Float64Array.of(x * 1e-100, y * 1e100)),
        scale: Float64Array.of(1e100, 1e-100),
      },
    },
    { hardness: 'a flat function above its target', instance: { ...box, value: () => 1, target: 0 } },
    { hardness: 'steps', instance: { ...box, value: (x) => Math.floor(bowl(x)), target: -1 } },
    { hardness: 'nothing but failures', instance: { ...box, value: () => Number.NaN } },
    { hardness: 'failures half-way', instance: { dimension: 2, value: (x) => (calls++ > 30 ? Number.NaN : bowl(x)) } },
    { hardness: 'no lower bound', instance: { ...box, value: ([x]) => -Math.exp(x), target: -Number.MAX_VALUE } },
    { hardness: 'a throng of infinities', instance: { ...box, value: ([x]) => (x > 0 ? Infinity : -Infinity) } },
    ...[0, 1, 2].map((free) => ({
      hardness: `a minimum on a ${['corner', 'edge', 'face'][free]}`,
      instance: {
        dimension: 3,
        value: (x: Float64Array) => x.reduce((sum, e, j) => sum + (j < free ? e * e : e), 0),
        lower: new Float64Array(3).fill(-1),
        upper: new Float64Array(3).fill(1),
        target: free - 3 + 1e-3,
      },
    })),
    {
      hardness: 'fixed variables, the minimizer on a bound',
      instance: { ...box, value: bowl, lower: Float64Array.of(2, 3), upper: Float64Array.of(4, 3), target: 26 },
    },
  ];
}
