// Processor time of the penalty method on the toys, of BO-REP on exponential landscapes, and of blockwise methods an iteration
// against the number of blocks: pnpm bench:package bilevel speed

import { quadraticBlockInstance } from '../src/block-problems/multi-block-families.ts';
import { blockModelOf } from '../src/block-problems/multi-block-instance.ts';
import { bsvrb } from '../src/blocks/bsvrb.ts';
import { toy } from '../src/models/toys.ts';
import { penaltyBilevel } from '../src/penalty/penalty-bilevel.ts';
import { boRep } from '../src/unbounded/bo-rep.ts';

/** The least processor time of nine runs, in milliseconds. */
function milliseconds(work: () => void): string {
  let least = Infinity;
  for (let run = 0; run < 9; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e3);
  }
  return `${least.toFixed(1)} ms`;
}

for (const [name, sigma, minimizer] of [
  ['follow', 0.1, (1 + 6 / 1.1) / (1 + 4 / 1.1)],
  ['line', 0.1, 3 / 6.1],
  ['box', 0.1, 2],
  ['circle', 0.1, 25 / 9 - 0.01],
  ['circle', 0.02, 25 / 9 - 0.002],
  ['segment', 0.1, 10 / 11.1],
] as const) {
  const { problem, initial } = toy(name);
  // The minimisers of ψ_σ are known: the aim is 1e-6 of them.
  const solve = () => penaltyBilevel(problem, initial, { sigma, tolerance: 2e-7 });
  const { x, iterations, status } = solve();
  console.log(
    `penalty, ${name}, sigma ${sigma}: ${milliseconds(solve)}, ${iterations} iterations, x = ${x[0].toFixed(8)}, off by ${Math.abs(x[0] - minimizer).toExponential(1)}, ${status}`,
  );
}
for (const size of [5, 50, 500]) {
  const { problem, initial } = toy('cosh', size);
  const maxIterations = size > 50 ? 8000 : 4000;
  const solve = () => boRep(problem, initial, { linearStepSize: 0.1, lowerStepSize: 0.2, tolerance: 0, maxIterations });
  console.log(`BO-REP, ${size} variables, ${maxIterations} iterations: ${milliseconds(solve)}`);
}
for (const variant of [1, 2] as const) {
  for (const blocks of [1000, 10_000]) {
    const instance = quadraticBlockInstance({ blocks, dimX: 8, dimY: 5, noise: 0 }, 1);
    const { problem } = blockModelOf(instance);
    const time = (maxIterations: number) => {
      const before = process.cpuUsage();
      bsvrb(problem, instance.initial, {
        variant,
        tracker: 'msvr',
        blocksPerIteration: 10,
        correctionFactor: 1,
        lowerStepSize: 0.001,
        stepSize: 0.001,
        tolerance: 0,
        maxIterations,
      });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e3;
    };
    time(200);
    const [few, many] = [time(100), time(2100)];
    console.log(
      `BSVRB version ${variant}, ${blocks} blocks, 10 an iteration: ${((many - few) / 2).toFixed(1)} µs an iteration`,
    );
  }
}
