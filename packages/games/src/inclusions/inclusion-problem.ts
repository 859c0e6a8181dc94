// The registered problem of monotone inclusions: instances and metrics of `games/monotone-inclusion`.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { checkObject, defineProblem } from '@infimum/core';
import type { InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { CountedOperator, checkInclusion, estimateLipschitz, naturalResidual } from './inclusion.ts';
import { inclusionFamilies, scaledBilinear, scaledQuadratics } from './inclusion-families.ts';

const FUNCTION = 'the operator is a function, which no checker can read';

/** Monotone inclusions of finite sums. */
export const inclusion: Problem<MonotoneInclusion, InclusionSolution> = defineProblem({
  id: 'games/monotone-inclusion',
  title: 'Monotone inclusions',
  statement: String.raw`Given $F = \frac1n \sum_{i=1}^n F_i$ monotone and $G$ maximally monotone with a cheap resolvent, find $u$ with
$$0 \in F(u) + G(u),$$
including saddle points $\min_x \max_y \frac1n \sum_i \varphi_i(x, y)$, where $F_i = (\nabla_x \varphi_i, -\nabla_y \varphi_i)$.`,
  families: inclusionFamilies,
  metrics: {
    residual: {
      title: 'Residual',
      description: '|u - J(u - t F(u))| / t, with J the resolvent of t G and t = 1 / L, relative to its initial value.',
      unit: '',
      direction: 'minimize',
      targets: [1e-1, 1e-2, 1e-3],
      compute: (problem: MonotoneInclusion, { x }: InclusionSolution) => relativeResidual(problem, x),
    },
    epochs: {
      title: 'Epochs',
      description: 'Evaluations of components over n, as counted by the solver.',
      unit: '',
      direction: 'minimize',
      compute: ({ operator }, { evaluations }) => evaluations.value / operator.terms,
    },
  },
  primaryMetric: 'residual',
  certificates: {
    distance: {
      title: 'Distance to the solution',
      statement: String.raw`For the doubles of $M$ and $q$, with $G = 0$: $M$ is regular, and the only $u^*$ with $M u^* + q = 0$ has
$\lvert u^*_i - u_i\rvert \le$ *distance* for all $i$.`,
      about: 'optimum',
      figures: ['distance'],
      cost: 'O(d^3)',
      always: false,
      declines: ({ affine }) => (!affine ? FUNCTION : affine.simplices ? 'on simplices, the gap is proved instead' : undefined),
      prover: () => import('./inclusion-prover.ts'),
      checker: () => import('./inclusion-checker.ts'),
    },
    gap: {
      title: 'Gap on simplices',
      statement: String.raw`For $F(u) = M u + q$ with the doubles of $M$ and $q$ and $\Delta$ the product of the two simplices: $\max_{v \in
\Delta} F(u) \cdot (u - v)$ is *gap*, on $\Delta$ 0 at solutions alone, and $u$ violates an equality or bound of $\Delta$ by *violation*.`,
      about: 'optimum',
      figures: ['gap', 'violation'],
      cost: 'O(d^2)',
      always: false,
      declines: ({ affine }) =>
        !affine ? FUNCTION : affine.simplices ? undefined : 'without simplices, the distance is proved instead',
      prover: async () => ({ certify: () => ({}) }),
      checker: async () => ({ check: (await import('./inclusion-checker.ts')).checkGap }),
    },
  },
  unproved: 'For operators given as functions, the residual is only measured.',
  success: {
    metric: 'residual',
    bound: (problem, { options }) => {
      const { tolerance = 1e-6, absoluteTolerance = 0, stepSize } = options as Partial<Record<string, number>>;
      // The absolute tolerance applies to every start.
      const start = absoluteTolerance === 0 ? Infinity : residualAt(problem, Float64Array.from(problem.initial));
      return 2 * spreadOfSteps(problem, stepSize) * (tolerance + absoluteTolerance / start) + ROUNDING;
    },
  },
  validate: (problem) => {
    checkObject(problem, 'instance');
    checkInclusion(problem);
  },
  badInstances,
  hardInstances,
});

/** The residual that rounding alone may leave: a share of that at the start. */
const ROUNDING = 1e-14;

/**
 * The largest factor between the relative residual that a method sees and that of the metric, whose step is t = 1 / L. With
 * R(t) = |u - J_t(u - t F(u))| for a fixed u, R(t) does not fall with t and R(t) / t does not rise, as G is monotone. So a method
 * that judges by steps of length s sees at least min(1, t / s) of R(t) / t at the end, and at most max(1, t / s) of it at the
 * start. Without G both are |F(u)|, whatever the step. The factor 2 of the bound is for rounding, of which methods see no less
 * than their tolerance.
 */
function spreadOfSteps(problem: MonotoneInclusion, stepSize: number | undefined): number {
  if (!problem.resolvent) return 1;
  const { average, mean } = estimateLipschitz(problem, new CountedOperator(problem.operator), 0, [
    'lipschitz',
    'meanLipschitz',
  ]);
  const t = 1 / mean;
  // Full methods step by 1/3 to 1 over the constant of the mean, those of single components by 1/4 to 1 over that of the average.
  const steps = [t / 3, t, 1 / (4 * average), 1 / average, ...(stepSize === undefined ? [] : [stepSize])];
  const { lipschitz, meanLipschitz } = problem.operator;
  // Methods that estimate constants draw other pairs than the metric does.
  const estimated = lipschitz && meanLipschitz ? 1 : 4;
  return estimated * Math.max(...steps.map((s) => Math.max(s / t, t / s)));
}

/** The natural residual with the step 1 / L of the mean: the same in every unit of F. */
function residualAt(problem: MonotoneInclusion, u: Float64Array): number {
  const counted = new CountedOperator(problem.operator);
  const step = problem.resolvent ? 1 / estimateLipschitz(problem, counted, 0, ['meanLipschitz']).mean : 1;
  const value = new Float64Array(u.length);
  counted.full(u, value);
  return naturalResidual(problem, u, value, step);
}

function relativeResidual(problem: MonotoneInclusion, u: Float64Array): number {
  const start = residualAt(problem, Float64Array.from(problem.initial));
  const residual = residualAt(problem, u);
  const ratio = residual === 0 ? 0 : residual / (start || 1);
  // Infinite or NaN: the worst value.
  return Number.isFinite(ratio) ? ratio : Number.MAX_VALUE;
}

const operator = {
  terms: 1,
  dimension: 1,
  component: (_: number, u: Float64Array, out: Float64Array) => {
    out[0] = u[0];
  },
};

function badInstances(): BadInstance<MonotoneInclusion>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { operator, initial: Float64Array.of(1), ...change } as MonotoneInclusion,
  });
  return [
    bad('NaN', 'initial', { initial: Float64Array.of(Number.NaN) }),
    bad('a start of another length', 'initial', { initial: Float64Array.of(1, 2) }),
    bad('no component', 'operator', { operator: { terms: 1, dimension: 1 } }),
    bad('no terms', 'operator.terms', { operator: { ...operator, terms: 0 } }),
    bad('a negative constant', 'operator.lipschitz', { operator: { ...operator, lipschitz: -1 } }),
    bad('an invalid resolvent', 'resolvent', { resolvent: 1 }),
  ];
}

function hardInstances(): HardInstance<MonotoneInclusion>[] {
  const scaled = (problem: MonotoneInclusion, factor: number): MonotoneInclusion => ({
    ...problem,
    operator: {
      ...problem.operator,
      lipschitz: (problem.operator.lipschitz as number) * factor,
      meanLipschitz: factor,
      component: (i, u, out) => {
        problem.operator.component(i, u, out);
        for (let j = 0; j < out.length; j++) out[j] *= factor;
      },
      full: undefined,
    },
  });
  let calls = 0;
  return [
    { hardness: 'an operator times 1e100', instance: scaled(scaledQuadratics(9, 2, 1), 1e100) },
    { hardness: 'an operator times 1e-100', instance: scaled(scaledQuadratics(9, 2, 1), 1e-100) },
    { hardness: 'a saddle times 1e100', instance: scaled(scaledBilinear(9, 2, 1), 1e100) },
    {
      hardness: 'zero',
      instance: {
        operator: { terms: 3, dimension: 2, component: (_, __, out) => void out.fill(0) },
        initial: Float64Array.of(1, 2),
        cocoercive: true,
      },
    },
    {
      hardness: 'no solution',
      instance: {
        operator: { terms: 3, dimension: 1, component: (_, __, out) => void out.fill(1) },
        initial: Float64Array.of(0),
        cocoercive: true,
      },
    },
    {
      hardness: 'an operator that is not monotone',
      instance: {
        operator: { terms: 2, dimension: 1, lipschitz: 1, component: (_, [u], out) => void out.fill(1 - 2 * u) },
        initial: Float64Array.of(0),
        cocoercive: true,
      },
    },
    {
      hardness: 'NaN half-way',
      instance: {
        operator: {
          terms: 2,
          dimension: 1,
          lipschitz: 1,
          component: (_, [u], out) => void out.fill(calls++ > 20 ? Number.NaN : u - 5),
        },
        initial: Float64Array.of(0),
        cocoercive: true,
      },
    },
  ];
}
