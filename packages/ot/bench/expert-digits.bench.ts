// Step rules beside the exact dual on real gate scores: 1797 handwritten digits, sent by a trained router to two of 16
// experts, and to the nearest of the means of ten classes. Prints violation and relative gap of the dual value to the
// optimum after so many iterations or sweeps. Nothing is timed: the figures are the same on every machine.
// Run: pnpm bench:package ot expert-digits
import type { Iterate, Steps } from '@infimum/core';
import { run } from '@infimum/core';
import { loadDigits } from '@infimum/datasets/digits';
import { assignExperts } from '../src/experts/assign-experts.ts';
import { alfLbSteps } from '../src/experts/expert-alf-lb.ts';
import type { ExpertAssignment, ExpertRouting } from '../src/experts/expert-assignment.ts';
import { coordinateDualSteps } from '../src/experts/expert-coordinate-dual.ts';
import { digitsCentroidScores } from '../src/experts/expert-digits-centroids.ts';
import { digitsRouterScores } from '../src/experts/expert-digits-router.ts';

const ITERATIONS = [0, 1, 2, 5, 20, 200, 2000];

/** What all methods below report. */
interface Balance extends Iterate<ExpertRouting> {
  readonly dualValue: number;
  readonly maxViolation: number;
}

const forEver = { tolerance: 0, patience: 1e9 };

const methods: Record<string, (problem: ExpertAssignment) => Steps<ExpertRouting, Balance>> = {
  'sign, u = 0.001': (problem) => alfLbSteps(problem, forEver),
  'sign, 0.02/sqrt(n)': (problem) => alfLbSteps(problem, { ...forEver, schedule: 'square-root', stepSize: 0.02 }),
  'proportional, 0.05/L': (problem) => alfLbSteps(problem, { ...forEver, update: 'proportional' }),
  'proportional, 5/(L n)': (problem) => alfLbSteps(problem, { ...forEver, update: 'proportional', schedule: 'harmonic' }),
  'coordinate dual': (problem) => coordinateDualSteps(problem, { finishBelow: 0 }),
};

const digits = loadDigits();
const router = { experts: 16, expertsPerToken: 2, epochs: 3 };
for (const [title, problem] of [
  ['trained router, K = 2 of 16', { scores: digitsRouterScores(digits, router, 1), expertsPerToken: 2 }],
  ['means of ten classes, K = 1', { scores: digitsCentroidScores(digits), expertsPerToken: 1 }],
] as const) {
  const optimum = assignExperts(problem.scores, problem.expertsPerToken).affinity;
  console.log(`\n${title}\n\n| after | ${ITERATIONS.join(' | ')} |\n|${' --- |'.repeat(ITERATIONS.length + 1)}`);
  for (const [name, steps] of Object.entries(methods)) {
    const { trace = [] } = run(steps(problem), { maxIterations: 2000, trace: true });
    const figures = ITERATIONS.map((n) => {
      // What has ended stays where it is.
      const { maxViolation, dualValue } = trace[Math.min(n, trace.length - 1)];
      return `${maxViolation.toFixed(3)}, ${Math.max(0, dualValue / optimum - 1).toExponential(1)}`;
    });
    console.log(`| ${name} | ${figures.join(' | ')} |`);
  }
}
