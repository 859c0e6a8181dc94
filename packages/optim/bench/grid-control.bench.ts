// Control of a Poisson equation on grids up to a million unknowns (states, controls and multipliers), by one Newton step with sparse
// factors: processor seconds, the residual |(∇L, c)| computed anew, and the distance to the value by sines.
//
//   pnpm bench:package optim grid-control        # sides 64, 128, 256, 577
//   pnpm bench:package optim grid-control 300    # one side
import { cpus, loadavg } from 'node:os';
import { sparseGridProgram } from '../src/constrained/data-programs.ts';
import { sparseAugmentedLagrangian } from '../src/constrained/sparse-augmented-lagrangian.ts';
import { gridOptimum } from '../src/testing/grid-optimum.ts';

const sides = process.argv[2] === undefined ? [64, 128, 256, 577] : [Number(process.argv[2])];
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log('| side | unknowns | status | steps | seconds | residual | value, relative error |');
console.log('| ---: | ---: | --- | ---: | ---: | ---: | ---: |');
for (const side of sides) {
  const program = sparseGridProgram(side);
  const before = process.cpuUsage();
  const found = sparseAugmentedLagrangian(program, new Float64Array(program.variables).fill(1));
  const { user, system } = process.cpuUsage(before);
  const optimum = gridOptimum(side);
  const cells = [
    side,
    program.variables + program.equalities,
    found.status,
    found.outerIterations,
    ((user + system) / 1e6).toFixed(1),
    found.residual.toExponential(1),
    (Math.abs(found.value - optimum) / optimum).toExponential(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
