// The claims of the paper on gradient-normalised smoothness, and the experiments that check them.
import type { Claim, ClaimContext, ClaimResult, Objective } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import type { Trial } from '@infimum/core/claim';
import { processorSeconds } from '@infimum/core/claim';
import { mulberry32 } from '@infimum/core/reference-generators';
import { gram } from '@infimum/linalg';
import { chebyshevChain, randomAffineEquations, rosenbrockEquations } from '../objectives/equation-systems.ts';
import { inverseBarrier } from '../objectives/inverse-barrier.ts';
import { logBarrier } from '../objectives/log-barrier.ts';
import { randomLogSumExp } from '../objectives/log-sum-exp.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { powerChain } from '../objectives/power-chain.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import { backtrackingGradient } from './backtracking-gradient.ts';
import { fitAlpha } from './fit-alpha.ts';
import type { GradientNormalizedNewtonOptions } from './gradient-normalized-newton.ts';
import { gradientNormalizedNewton } from './gradient-normalized-newton.ts';
import { gradientNormalizedPaper } from './newton-paper.ts';
import { lipschitzGradientRadius, lipschitzHessianRadius, quasiSelfConcordantRadius } from './step-radii.ts';

const GAP = 1e-8;

/** All claims. */
export const newtonClaims: readonly Claim[] = [
  defineClaim({
    id: 'optim/gns-approximate-hessians',
    paper: gradientNormalizedPaper,
    statement:
      'Weighted Gauss-Newton and Gauss-Newton matrices take about as many iterations as exact Hessians: at most three times as many, and far fewer than gradient steps.',
    published: 'curves of about the same length to 1e-8; no table',
    budget: 60,
    run: approximations,
  }),
  defineClaim({
    id: 'optim/gns-fisher-rank-one',
    paper: gradientNormalizedPaper,
    statement:
      'On nonlinear equations with 100 variables, 200 equations and p = 4 the Fisher term of rank one is 100 to 500 times faster in time than the exact Hessian.',
    published: '100 to 500 times faster in wall time',
    budget: 60,
    null: 'the exact Hessian with the part that does not change kept',
    bars: [{ figure: 'times faster, in processor seconds', atLeast: 100, scale: 'log', source: 'the statement' }],
    measure: fisherTime,
  }),
  defineClaim({
    id: 'optim/gns-radii',
    paper: gradientNormalizedPaper,
    statement:
      'The radii that the search finds are never below those that the known classes of the function warrant, and most are far above.',
    published: 'curves of the radii; no table',
    budget: 5,
    run: radii,
  }),
  defineClaim({
    id: 'optim/gns-universality',
    paper: gradientNormalizedPaper,
    statement:
      'One method without parameters follows the rates of Hölder continuous Hessians, quasi-self-concordant functions and generalised self-concordant barriers.',
    published:
      'rates: radii as |g|^(1/(1+nu)); logarithmic in the accuracy; radii in proportion to the distance from the boundary',
    budget: 10,
    run: universality,
  }),
];

/** Iterations to a gap of 1e-8, of at most so many. */
function iterationsTo(
  objective: Objective,
  initial: Float64Array,
  minimum: number,
  options: GradientNormalizedNewtonOptions,
  { signal }: ClaimContext,
): number {
  const { status, iterations } = gradientNormalizedNewton(objective, initial, {
    ...options,
    tolerance: 0,
    targetValue: minimum + GAP,
    maxIterations: 2000,
    signal,
  });
  signal?.throwIfAborted();
  return status === 'converged' ? iterations : Infinity;
}

async function approximations(context: ClaimContext): Promise<ClaimResult> {
  const figures: Record<string, number> = {};
  const lines: string[] = [];
  let worst = 0;
  let gradientWorst = Infinity;
  const compare = (name: string, exact: number, approximate: number, gradient: number) => {
    context.onProgress?.(name);
    worst = Math.max(worst, approximate / exact);
    gradientWorst = Math.min(gradientWorst, gradient / exact);
    lines.push(`${name} ${exact} exact, ${approximate} approximate, ${gradient} gradient`);
    const key = name.replace(/\W+/g, '-');
    Object.assign(figures, { [`${key}-exact`]: exact, [`${key}-approximate`]: approximate, [`${key}-gradient`]: gradient });
  };

  const sizes = { terms: 500, n: 500, smoothing: 1 };
  const { objective, unshifted } = randomLogSumExp(sizes, 7);
  const ones = new Float64Array(sizes.n).fill(1);
  const minimum = objective.value(new Float64Array(sizes.n));
  const metric = gram(unshifted);
  compare(
    'smoothed maximum 500 x 500',
    iterationsTo(objective, ones, minimum, { metric }, context),
    iterationsTo(objective, ones, minimum, { metric, hessian: objective.weightedGaussNewton }, context),
    iterationsTo(objective, ones, minimum, { metric, hessian: 'none' }, context),
  );
  const systems = [
    { name: 'Rosenbrock p = 5', system: rosenbrockEquations(), power: 5, initial: Float64Array.of(-2, 2) },
    {
      name: 'Chebyshev n = 300 p = 4',
      system: chebyshevChain(300),
      power: 4,
      initial: Float64Array.from({ length: 300 }, mulberry32(5)),
    },
  ];
  for (const { name, system, power, initial } of systems) {
    const f = nonlinearEquations(system, { power });
    const plain = backtrackingGradient(f, initial, {
      tolerance: 0,
      targetValue: GAP,
      maxIterations: 3000,
      signal: context.signal,
    });
    compare(
      name,
      iterationsTo(f, initial, 0, {}, context),
      iterationsTo(f, initial, 0, { hessian: f.gaussNewton }, context),
      plain.iterations,
    );
  }
  const reproduced = worst <= 3 && gradientWorst >= 1.5;
  return {
    measured: `${lines.join('; ')}: at most ${worst.toFixed(1)} times the exact Hessian's`,
    verdict: reproduced ? 'reproduced' : worst <= 3 ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}

/** Processor seconds to a relative gap of 1e-8, by turns, for each of which many runs are timed together: the clock of processors is coarse. */
function fisherTime(seed: number, { signal }: ClaimContext): Trial {
  const { system, metric } = randomAffineEquations(200, 100, seed);
  const { affine: _, ...general } = system;
  const kept = nonlinearEquations(system, { power: 4 });
  const formed = nonlinearEquations({ ...general, addCurvature: () => {} }, { power: 4 });
  const initial = new Float64Array(100).fill(1);
  const minimum = gradientNormalizedNewton(kept, initial, { metric, tolerance: 0, maxIterations: 100 }).value;
  const goal = { metric, tolerance: 0, targetValue: minimum * (1 + 1e-8), signal };
  const methods = [
    [formed, {}, 4],
    [kept, {}, 20],
    [kept, { hessian: kept.fisher }, 100],
  ] as const;
  const least = [Infinity, Infinity, Infinity];
  for (let round = 0; round < 5; round++) {
    methods.forEach(([objective, options, repeats], k) => {
      const start = processorSeconds();
      for (let repeat = 0; repeat < repeats; repeat++) gradientNormalizedNewton(objective, initial, { ...options, ...goal });
      least[k] = Math.min(least[k], (processorSeconds() - start) / repeats);
    });
  }
  return {
    ours: { 'times faster, in processor seconds': least[0] / least[2], 'times faster than with A’A kept': least[1] / least[2] },
    null: { 'times faster, in processor seconds': least[0] / least[1] },
  };
}

async function radii({ signal }: ClaimContext): Promise<ClaimResult> {
  const sizes = { terms: 300, n: 100, smoothing: 1 };
  const { objective, unshifted } = randomLogSumExp(sizes, 7);
  const { trace = [] } = gradientNormalizedNewton(objective, new Float64Array(sizes.n).fill(1), {
    metric: gram(unshifted),
    tolerance: 1e-10,
    trace: true,
    signal,
  });
  // In the metric A'A: gradients are Lipschitz with 1/mu, Hessians with 2/mu², quasi-self-concordance is 2/mu.
  const rules = [lipschitzHessianRadius(2), quasiSelfConcordantRadius(2), lipschitzGradientRadius(1)];
  const ratios: number[] = [];
  for (let k = 1; k < trace.length; k++) {
    // A step may be the first trial of its iteration: then the radius is at least half of what the function allows.
    ratios.push(trace[k].gamma / Math.max(...rules.map((rule) => rule(trace[k - 1].dualNorm))));
  }
  ratios.sort((a, b) => a - b);
  const [least, median] = [ratios[0], ratios[ratios.length >> 1]];
  return {
    measured: `radii are ${least.toFixed(1)} times the best class's at least, ${median.toFixed(1)} times in the median`,
    verdict: least >= 0.5 && median > 2 ? 'reproduced' : 'not reproduced',
    figures: { least, median },
  };
}

async function universality(context: ClaimContext): Promise<ClaimResult> {
  const figures: Record<string, number> = {};
  let worst = 0;
  for (const nu of [0.25, 0.5, 1]) {
    // A single link is |x|^(2 + nu) / (2 + nu) - x, moved to its minimum.
    const chain = powerChain(1, 2 + nu);
    const centered: Objective = {
      dimension: 1,
      value: (x) => chain.value(x) + x[0],
      gradient: (x, out) => {
        chain.gradient(x, out);
        out[0] += 1;
      },
      hessian: (x, out) => chain.hessian(x, out),
    };
    const { trace = [] } = gradientNormalizedNewton(centered, Float64Array.of(30), {
      tolerance: 1e-14,
      trace: true,
      signal: context.signal,
    });
    const { alpha } = fitAlpha(trace);
    figures[`alpha-nu-${nu}`] = alpha;
    worst = Math.max(worst, Math.abs(alpha - 1 / (1 + nu)));
  }

  const { design, labels } = await standardizedBreastCancer();
  const loss = logisticLoss(design, labels, { ridge: 1e-3 });
  const logistic = gradientNormalizedNewton(loss, new Float64Array(design.cols), { tolerance: 1e-10 });
  figures['logistic-iterations'] = logistic.iterations;

  const a = { rows: 100, cols: 20, values: symmetricUniforms(mulberry32(3), 2000) };
  const barrier = logBarrier(a);
  const direction = symmetricUniforms(mulberry32(4), 20);
  let edge = Infinity;
  for (let i = 0; i < 100; i++) {
    let along = 0;
    for (let j = 0; j < 20; j++) along += a.values[i * 20 + j] * direction[j];
    if (along > 0) edge = Math.min(edge, 1 / along);
  }
  const fromEdge = [1e-1, 1e-3, 1e-5, 1e-7].map((room) => {
    const start = direction.map((value) => value * edge * (1 - room));
    return gradientNormalizedNewton(barrier, start, { tolerance: 0, targetValue: -16.2991324 }).iterations;
  });
  fromEdge.forEach((iterations, k) => {
    figures[`barrier-from-1e-${2 * k + 1}`] = iterations;
  });
  const most = Math.max(...fromEdge.slice(1).map((iterations, k) => iterations - fromEdge[k]));

  // Near the boundary Newton's own steps multiply x by 1 + 1/(q + 1), and no regularisation should shorten them.
  let farthest = 0;
  for (const power of [0.5, 1, 2]) {
    const order = (2 * (power + 3)) / (power + 2);
    const counts = [1e-1, 1e-3, 1e-5].map((room) => {
      const options = { tolerance: 0, targetValue: 1 + 1 / power + 1e-10, signal: context.signal };
      return gradientNormalizedNewton(inverseBarrier(power), Float64Array.of(room), options).iterations;
    });
    const predicted = Math.log(100) / Math.log1p(1 / (power + 1));
    const measured = (counts[2] - counts[0]) / 2;
    figures[`inverse-barrier-order-${order.toFixed(2)}`] = measured / predicted;
    farthest = Math.max(farthest, Math.abs(measured / predicted - 1));
  }
  const reproduced = worst < 0.05 && logistic.iterations <= 20 && most <= 10 && farthest < 0.1;
  return {
    measured:
      `exponents of the radii within ${worst.toFixed(3)} of 1/(1+nu); logistic regression to 1e-10 in ` +
      `${logistic.iterations} iterations; barriers from 1e-1, 1e-3, 1e-5, 1e-7 off the boundary in ${fromEdge.join(', ')}; ` +
      `inverse barriers in the steps that are predicted, within ${(100 * farthest).toFixed(0)} %`,
    verdict: reproduced ? 'reproduced' : 'not reproduced',
    figures,
  };
}
