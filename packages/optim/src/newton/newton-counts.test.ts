import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { chebyshevChain, randomAffineEquations, rosenbrockEquations } from '../objectives/equation-systems.ts';
import type { DenseApproximation } from '../objectives/hessian-approximation.ts';
import { logBarrier } from '../objectives/log-barrier.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { standardizedBreastCancer, standardizedIris } from '../objectives/real-designs.ts';
import { softmaxLoss } from '../objectives/softmax-loss.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { audit, counts, expectCounts, smoothedMaximum, toGap } from '../testing/newton-runs.ts';
import { gradientNormalizedGradient, gradientNormalizedNewton } from './gradient-normalized-newton.ts';

const rosenbrockStart = Float64Array.of(-2, 2);

describe('published counts, iterations and factorisations, within two', () => {
  it.each([
    ['large', 'exact', [11, 12]],
    ['large', 'gauss-newton', [21, 30]],
    ['large', 'none', [22]],
    ['sharp', 'exact', [36, 66]],
    ['sharp', 'gauss-newton', [111, 215]],
  ] as const)('smoothed maximum, %s, %s', (which, choice, published) => {
    const { objective, initial, metric, minimum } = smoothedMaximum(which);
    const hessian = choice === 'gauss-newton' ? objective.weightedGaussNewton : choice;
    const outcome = gradientNormalizedNewton(objective, initial, { ...toGap(minimum), metric, hessian });
    expectCounts(counts(outcome), published);
    audit(outcome);
  });

  it('smoothed maximum, sharp: without a Hessian more than 2000', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const { status } = gradientNormalizedGradient(objective, initial, { ...toGap(minimum, 2000), metric });
    expect(status).toBe('iteration-limit');
  });

  it('affine equations, p = 4', () => {
    const { system, metric } = randomAffineEquations(50, 100, 11);
    const objective = nonlinearEquations(system, { power: 4 });
    const initial = new Float64Array(100).fill(1);
    const exact = gradientNormalizedNewton(objective, initial, { ...toGap(0), metric });
    expectCounts(counts(exact), [25, 51]);
    audit(exact);
    const fisher = gradientNormalizedNewton(objective, initial, { ...toGap(0), metric, hessian: objective.fisher });
    expectCounts(counts(fisher), [17, 32]);
    audit(fisher);
  });

  it('Rosenbrock’s valley, and its equations for all p', () => {
    const valley = gradientNormalizedNewton(rosenbrock(), rosenbrockStart, toGap(0));
    expectCounts(counts(valley), [51, 105]);
    audit(valley, { convex: false });
    for (const [power, exact, gaussNewton] of [
      [2, 51, 49],
      [3, 53, 50],
      [4, 55, 55],
      [5, 56, 57],
      [8, 59, 58],
    ]) {
      const objective = nonlinearEquations(rosenbrockEquations(), { power });
      const run = (hessian: 'exact' | DenseApproximation) =>
        gradientNormalizedNewton(objective, rosenbrockStart, { ...toGap(0), hessian });
      expectCounts(counts(run('exact')), [exact]);
      const approximate = run(objective.gaussNewton);
      expectCounts(counts(approximate), [gaussNewton]);
      audit(approximate);
    }
  });

  it.each([
    [50, 4, 21, 19],
    [200, 4, 23, 23],
    [100, 2, 20, 15],
  ])('Chebyshev chain, n = %i, p = %i', (n, power, exact, gaussNewton) => {
    const objective = nonlinearEquations(chebyshevChain(n), { power });
    const initial = Float64Array.from({ length: n }, mulberry32(5));
    const run = (hessian: 'exact' | DenseApproximation) =>
      gradientNormalizedNewton(objective, initial, { ...toGap(0), hessian });
    expectCounts(counts(run('exact')), [exact]);
    expectCounts(counts(run(objective.gaussNewton)), [gaussNewton]);
  });

  it('logistic regression on tumours, with the gaps on the way', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    const initial = new Float64Array(31);
    const minimum = 0.0598294718818;
    const exact = gradientNormalizedNewton(loss, initial, { tolerance: 5e-11, trace: true });
    expectCounts(counts(exact), [10, 11]);
    expect(exact.value).toBeCloseTo(minimum, 12);
    const fisher = gradientNormalizedNewton(loss, initial, { ...toGap(minimum), hessian: loss.fisher });
    expectCounts(counts(fisher), [97, 204]);
    expectGaps(fisher.trace ?? [], minimum, { 10: 6.2e-4, 20: 1.26e-4, 40: 8.2e-6 });
    audit(fisher);
  });

  it('softmax regression on irises, with the gaps on the way', async () => {
    const { design, labels } = await standardizedIris();
    const loss = softmaxLoss(design, labels, { ridge: 1e-3 });
    const initial = new Float64Array(15);
    const minimum = 0.1139866026359912;
    const exact = gradientNormalizedNewton(loss, initial, { tolerance: 5e-11, trace: true });
    expectCounts(counts(exact), [10, 10]);
    expect(exact.value).toBeCloseTo(minimum, 14);
    expectCounts(counts(gradientNormalizedNewton(loss, initial, toGap(minimum))), [9, 9]);
    const fisher = gradientNormalizedNewton(loss, initial, { ...toGap(minimum), hessian: loss.fisher });
    expectCounts(counts(fisher), [80, 169]);
    expectGaps(fisher.trace ?? [], minimum, { 10: 1.38e-3, 20: 9.33e-5, 40: 3.34e-6 });
    const without = gradientNormalizedGradient(loss, initial, toGap(minimum));
    expectCounts(counts(without), [274, 560]);
    expectGaps(without.trace ?? [], minimum, { 10: 6.1e-2, 20: 2.2e-2, 40: 3.6e-3 });
    audit(without);
  });

  it('the barrier of a polytope', () => {
    const barrier = logBarrier({ rows: 100, cols: 20, values: symmetricUniforms(mulberry32(3), 2000) });
    const initial = new Float64Array(20);
    const minimum = -16.299132446270885;
    const exact = gradientNormalizedNewton(barrier, initial, { tolerance: 1e-12, trace: true });
    expectCounts(counts(exact), [6, 6]);
    expect(exact.value).toBeCloseTo(minimum, 13);
    audit(exact);
    expectCounts(counts(gradientNormalizedGradient(barrier, initial, toGap(minimum))), [47, 110]);
  });
});

/** Gaps at some iterations, to the two or three digits that are published. */
function expectGaps(trace: readonly { value: number }[], minimum: number, gaps: Record<number, number>): void {
  for (const [iteration, gap] of Object.entries(gaps)) {
    expect(Math.abs((trace[Number(iteration)].value - minimum) / gap - 1)).toBeLessThan(0.03);
  }
}
