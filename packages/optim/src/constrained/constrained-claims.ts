// The claims of the paper on adaptive sketching, by counted steps and multiplications.
import { defineClaim } from '@infimum/core';
import { adaSketchNewton } from './ada-sketch-newton.ts';
import { testProgram, testPrograms } from './cutest.ts';
import type { TestProgramName } from './equality-formulas.ts';
import { exactAugmentedLagrangian } from './exact-augmented-lagrangian.ts';
import { l1Sqp } from './l1-sqp.ts';
import { sketchNewton as paper } from './papers.ts';

/** Outer steps of the authors' stored runs, normal vectors and rows. */
const AUTHORS: Readonly<Partial<Record<TestProgramName, readonly [number, number]>>> = {
  HS6: [9, 9],
  BT5: [5, 5],
  HS28: [1, 1],
  BT10: [7, 7],
  HS40: [3, 3],
  BT3: [1, 1],
  HS7: [10, 10],
  HS48: [1, 1],
  HS77: [8, 8],
  HS78: [4, 4],
  HS56: [5, 5],
  HS42: [4, 4],
  HS79: [4, 4],
  BT2: [12, 11],
  HIMMELBC: [5, 5],
};

const NAMES = Object.keys(AUTHORS) as TestProgramName[];
/** Those that take several steps. */
const CURVED = NAMES.filter((name) => (AUTHORS[name]?.[0] ?? 0) >= 3);

const start = (name: TestProgramName): Float64Array => Float64Array.from(testPrograms[name].start);

const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The paper's claims. */
export const constrainedClaims = [
  defineClaim({
    id: 'optim/sketch-newton-outer-steps',
    paper,
    statement: 'Newton’s method with a sketching solver converges on CUTEst problems, in a few steps from the standard starts.',
    published: 'the authors’ stored runs: 1 to 12 steps to a residual of 1e-4',
    budget: 20,
    null: 'one step of the sketch for a Newton system',
    bars: [
      { figure: 'share of the runs that converge', atLeast: 0.95, source: 'theorem: almost surely' },
      {
        figure: 'outer steps over those of the authors',
        atLeast: 0.8,
        atMost: 1.25,
        scale: 'log',
        source: 'the authors’ stored runs, within a quarter',
      },
    ],
    measure: (seed) => {
      const figures = (innerLimit: number) => {
        const ratios: number[] = [];
        let solved = 0;
        for (const name of NAMES) {
          for (const [k, sketch] of (['gaussian', 'kaczmarz'] as const).entries()) {
            const { outerIterations, status } = adaSketchNewton(testProgram(name), start(name), {
              ...{ sketch, innerLimit, seed },
              ...{ accuracyRule: 'paper', scaling: 'none', superlinear: false },
              ...{ tolerance: 1e-4, minCurvature: 1e-6, maxIterations: 200 },
            });
            if (status === 'converged') solved++;
            ratios.push(Math.max(1, outerIterations) / (AUTHORS[name]?.[k] ?? 1));
          }
        }
        return {
          'share of the runs that converge': solved / ratios.length,
          'outer steps over those of the authors': geometricMean(ratios),
        };
      };
      return { ours: figures(20_000), null: figures(1) };
    },
  }),
  defineClaim({
    id: 'optim/sketch-newton-local-rates',
    paper,
    statement: 'Convergence is linear near a solution at fixed accuracy, and superlinear with increasing accuracy.',
    published: 'theorems',
    budget: 20,
    null: 'fixed accuracy in place of rising accuracy',
    bars: [
      { figure: 'last ratio of residuals at fixed accuracy', atMost: 1, scale: 'log', source: 'theorem: linear, below 1' },
      {
        figure: 'last ratio of residuals where the accuracy rises, over that',
        atMost: 0.1,
        scale: 'log',
        source: 'theorem: the ratio falls to 0; a tenth at the end of runs to 1e-10',
      },
    ],
    measure: (seed) => {
      const last = (superlinear: boolean, own: number) =>
        geometricMean(
          CURVED.map((name) => {
            const options = {
              superlinear,
              scaling: 'none',
              trace: true,
              tolerance: 1e-10,
              seed: own,
              maxIterations: 200,
            } as const;
            const { trace = [] } = adaSketchNewton(testProgram(name), start(name), options);
            const residuals = trace.filter(({ stepLength }, k) => k === 0 || stepLength > 0).map(({ residual }) => residual);
            return Math.max(1e-16, (residuals.at(-1) ?? 1) / (residuals.at(-2) ?? 1));
          }),
        );
      const fixed = last(false, seed);
      const figures = (other: number) => ({
        'last ratio of residuals at fixed accuracy': fixed,
        'last ratio of residuals where the accuracy rises, over that': other / fixed,
      });
      return { ours: figures(last(true, seed)), null: figures(last(false, 500_000 + seed)) };
    },
  }),
  defineClaim({
    id: 'optim/sketch-newton-flops',
    paper,
    statement: 'Sketching takes fewer multiplications than SQP with GMRES.',
    published: 'box plots over 47 problems',
    budget: 20,
    null: 'GMRES to its full length in every step, and one step more',
    bars: [{ figure: 'multiplications over those of SQP with GMRES', atMost: 1, scale: 'log', source: 'the statement: fewer' }],
    measure: (seed) => {
      const ratios = NAMES.map((name) => {
        const program = testProgram(name);
        const size = program.variables + program.equalities;
        const { innerIterations, outerIterations } = l1Sqp(program, start(name));
        const krylov = 2 * size * size * innerIterations;
        const sketch = adaSketchNewton(program, start(name), { trace: true, seed }).trace?.at(-1)?.flops ?? Infinity;
        const exact = exactAugmentedLagrangian(program, start(name), { trace: true }).trace?.at(-1)?.flops ?? Infinity;
        return [sketch, 2 * size ** 3 * (outerIterations + 1), exact].map((multiplications) => multiplications / krylov);
      });
      const [ours, full, exact] = [0, 1, 2].map((k) => geometricMean(ratios.map((of) => of[k])));
      const name = 'multiplications over those of SQP with GMRES';
      return { ours: { [name]: ours, 'those of a factorisation over them': exact }, null: { [name]: full } };
    },
  }),
];
