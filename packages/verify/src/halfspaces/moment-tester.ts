// The label-blind tester: global moments of all points up to degree 4, then a learner of any kind.
//
// R. Rubinfeld, A. Vasilyan: Testing distributional assumptions of learning algorithms (2022), arXiv 2204.07196.
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver, stalled } from '@infimum/core';
import type { HalfspaceIterate, HalfspaceSolution, TestResult } from './halfspace-samples.ts';
import { chowVector, plainLearner } from './halfspace-samples.ts';
import { testMoments } from './moment-matching.ts';
import { perceptron } from './perceptron.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const momentTesterOptions = {
  degree: { type: 'choice', choices: [2, 4], default: 4, description: 'Degree of the moments that are matched' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the learner' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/**
 * Accepts if the moments of all points up to degree 2 or 4 are those of a Gaussian, and learns by the averaged perceptron. A law that
 * deviates only in a thin band passes, and constant degrees prove nothing about the error: that requires a degree of about 1/excess², and
 * time d to that power. O(n d^degree). `converged` when accepted, `stalled` when rejected.
 */
export const momentTester = /* @__PURE__ */ plainLearner(
  momentTesterOptions,
  function* (learner, { degree, seed }) {
    const tests: TestResult[] = [];
    let operations = 0;
    const solution = (): HalfspaceSolution => ({ ...learner.solution(), tests: tests.slice(), operations });
    const iterate = (): HalfspaceIterate => ({ ...learner.iterate(), solution });
    yield iterate();
    for (let half = 1; 2 * half <= degree; half++) {
      const { deviation, threshold, operations: work } = testMoments(learner.sample, 'gaussian', half);
      operations += work;
      const passed = deviation <= threshold;
      tests.push({
        name: `moments of degree ${2 * half}`,
        statistic: Number.isFinite(deviation) ? deviation : Number.MAX_VALUE,
        threshold,
        passed,
      });
      yield iterate();
      if (!passed) return stalled(solution(), `moments of degree ${2 * half} are not those of a Gaussian`);
    }
    for (const { solution: learned } of perceptron.steps(learner.instance, { seed })) {
      learner.take(learned().weights);
      yield iterate();
    }
    return converged(
      { ...solution(), accepted: true },
      'the moments are those of a Gaussian; nothing is proven about the error',
    );
  },
  chowVector,
);

export const momentTesterSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/moment-tester',
  title: 'Global moments',
  summary: 'Accepts when the moments of all points are Gaussian: blind to labels and to thin bands.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Testing Distributional Assumptions of Learning Algorithms', arxiv: '2204.07196', year: 2022 },
  cost: 'O(n d^4)',
  ...momentTester,
});
