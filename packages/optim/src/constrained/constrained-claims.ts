// The claims of the paper on adaptive sketching, by counted steps and multiplications.
import type { ClaimResult } from '@infimum/core';
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

const start = (name: TestProgramName): Float64Array => Float64Array.from(testPrograms[name].start);

async function outerSteps(): Promise<ClaimResult> {
  const names = Object.keys(AUTHORS) as TestProgramName[];
  let near = 0;
  let exact = 0;
  for (const name of names) {
    for (const [k, sketch] of (['gaussian', 'kaczmarz'] as const).entries()) {
      const { outerIterations, status } = adaSketchNewton(testProgram(name), start(name), {
        sketch,
        accuracyRule: 'paper',
        scaling: 'none',
        superlinear: false,
        tolerance: 1e-4,
        innerLimit: 20_000,
        minCurvature: 1e-6,
      });
      const gap = Math.abs(outerIterations - (AUTHORS[name]?.[k] ?? 0));
      if (status === 'converged' && gap <= 2) near++;
      if (status === 'converged' && gap === 0) exact++;
    }
  }
  const all = 2 * names.length;
  return {
    measured: `${exact} of ${all} runs take the authors’ number of outer steps, ${near} are within two of it`,
    verdict: near >= all - 2 ? 'reproduced' : 'not reproduced',
    figures: { runs: all, exact, near },
  };
}

async function localRates(): Promise<ClaimResult> {
  const ratios = (superlinear: boolean): number[] => {
    const { trace = [] } = adaSketchNewton(testProgram('HS7'), start('HS7'), { superlinear, scaling: 'none', trace: true });
    const residuals = trace.filter(({ stepLength }, k) => k === 0 || stepLength > 0).map(({ residual }) => residual);
    return residuals.slice(1).map((value, k) => value / residuals[k]);
  };
  const linear = ratios(false).slice(-4);
  const last = ratios(true).at(-1) ?? 1;
  const largest = Math.max(...linear);
  return {
    measured: `on HS7 the last ratios of residuals are at most ${largest.toFixed(3)} at fixed accuracy, and the last is ${last.toExponential(1)} where it rises`,
    verdict: largest <= 0.15 && last < 1e-2 ? 'reproduced' : 'not reproduced',
    figures: { linear: largest, superlinear: last },
  };
}

async function flops(): Promise<ClaimResult> {
  const names = Object.keys(AUTHORS) as TestProgramName[];
  let fewer = 0;
  let cheaperThanFactors = 0;
  for (const name of names) {
    const program = testProgram(name);
    const run = adaSketchNewton(program, start(name), { trace: true });
    const sketch = run.trace?.at(-1)?.flops ?? Infinity;
    const krylov = l1Sqp(program, start(name));
    const exact = exactAugmentedLagrangian(program, start(name), { trace: true }).trace?.at(-1)?.flops ?? 0;
    const size = program.variables + program.equalities;
    if (run.status === 'converged' && sketch < krylov.innerIterations * 2 * size * size) fewer++;
    if (sketch < exact) cheaperThanFactors++;
  }
  return {
    measured: `sketching takes fewer multiplications than SQP with GMRES on ${fewer} of ${names.length} problems, and than a factorisation on ${cheaperThanFactors}`,
    verdict: 2 * fewer > names.length ? 'reproduced' : 'not reproduced',
    figures: { fewer, cheaperThanFactors, problems: names.length },
  };
}

/** The paper's claims. */
export const constrainedClaims = [
  defineClaim({
    id: 'optim/sketch-newton-outer-steps',
    paper,
    statement: 'Outer steps on problems of CUTEst to a residual of 1e-4 from the standard starts.',
    published: 'the authors’ stored runs: 1 to 12 steps',
    budget: 60,
    run: outerSteps,
  }),
  defineClaim({
    id: 'optim/sketch-newton-local-rates',
    paper,
    statement: 'Convergence is linear near a solution at fixed accuracy, and superlinear where the accuracy rises.',
    published: 'theorems',
    budget: 10,
    run: localRates,
  }),
  defineClaim({
    id: 'optim/sketch-newton-flops',
    paper,
    statement: 'Sketching takes fewer multiplications than SQP with GMRES.',
    published: 'box plots over 47 problems',
    budget: 60,
    run: flops,
  }),
];
