// Iterations and seconds of processor time of tuned and fixed relaxation factors, on shifted Laplacians and on the heat
// equation: pnpm bench:package bandits-rl relaxation [side of the heat equation] [steps]

import type { Steps } from '@infimum/core';
import { parseWith, run } from '@infimum/core';
import { conjugateGradient } from '@infimum/linalg';
import { rangeOf } from '../src/bandits/bandit-problem.ts';
import { ChebCb } from '../src/bandits/cheb-cb.ts';
import { TsallisInf } from '../src/bandits/tsallis-inf.ts';
import { BinnedTsallisInf } from '../src/relaxation/binned-tsallis-inf.ts';
import { defaultGrid, policySteps, relaxationSteps } from '../src/relaxation/play-relaxation.ts';
import { relaxationProblem } from '../src/relaxation/relaxation-problem.ts';
import { bestShiftedRelaxation, heatEquation } from '../src/relaxation/system-families.ts';
import type { RelaxationInstance, RelaxationIterate, RelaxationPlay } from '../src/relaxation/system-sequence.ts';
import { SystemSequence } from '../src/relaxation/system-sequence.ts';

const [side, steps] = [Number(process.argv[2] ?? 25), Number(process.argv[3] ?? 5000)];
const grid = defaultGrid(20);

function measure(name: string, work: Steps<RelaxationPlay, RelaxationIterate>): void {
  const before = process.cpuUsage();
  const { counts } = run(work);
  const { user, system } = process.cpuUsage(before);
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  console.log(`  ${name}: ${mean.toFixed(2)} iterations, ${(((user + system) / counts.length) * 1e-3).toFixed(3)} ms a system`);
}

function race(instance: RelaxationInstance, interval: readonly [number, number], fixed: readonly number[], bins: number): void {
  for (const relaxation of fixed) {
    measure(
      `fixed ${relaxation}`,
      relaxationSteps(
        instance,
        () => relaxation,
        () => {},
      ),
    );
  }
  measure(
    'Tsallis-INF',
    policySteps(instance, grid, new TsallisInf(20, { estimator: 'importance-weighted', scale: 'mean' }), 1),
  );
  const binned = new BinnedTsallisInf(20, bins, interval, { estimator: 'importance-weighted', scale: 'mean' });
  measure('Tsallis-INF in bins', policySteps(instance, grid, binned, 1));
  measure('ChebCB', policySteps(instance, grid, new ChebCb(20, { degree: 6, interval }), 1));
}

const family = relaxationProblem.families['shifted'];
for (const variance of ['high', 'low']) {
  console.log(`shifted Laplacians of 10 x 10, ${variance} variance, 5000 systems`);
  const instance = family.generate(parseWith(family.params, { steps: 5000, variance }, 'params'), 1) as RelaxationInstance;
  race(instance, [-0.15, 0.65], [1.6, 1.7, 1.8], 5);
  measure(
    'Young’s factor of each',
    relaxationSteps(
      instance,
      (_, shift) => bestShiftedRelaxation(10, shift),
      () => {},
    ),
  );
}
console.log(`heat equation, ${side} cells a side, ${steps} steps`);
const heat = heatEquation(side, steps, steps / 1000);
race(heat, rangeOf(heat.contexts), [1, 1.3, 1.5, 1.75], 6);
const sequence = new SystemSequence(heat);
for (const preconditioner of [undefined, 'jacobi'] as const) {
  let x = heat.initial as Float64Array;
  let total = 0;
  const before = process.cpuUsage();
  for (let t = 0; t < steps; t++) {
    const solved = conjugateGradient(sequence.matrix(t), sequence.rightHandSide(t, x), {
      preconditioner,
      tolerance: 1e-8,
      initial: x,
    });
    x = solved.x;
    total += solved.iterations;
  }
  const { user, system } = process.cpuUsage(before);
  const name = preconditioner ? 'conjugate gradients, Jacobi' : 'conjugate gradients';
  console.log(
    `  ${name}: ${(total / steps).toFixed(2)} iterations, ${(((user + system) / steps) * 1e-3).toFixed(3)} ms a system`,
  );
}
