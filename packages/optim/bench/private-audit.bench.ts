// What audits by many runs find of every registered private method, with both kinds of neighbours, and how many rows a second pass with
// noise on grids:
//
//   pnpm bench:package optim private-audit
import { Random } from '@infimum/core';
import { dpGd } from '../src/private/dp-gradient-descent.ts';
import { discreteGaussian, noiseSource } from '../src/private/noise.ts';
import { linearLoss } from '../src/private/private-loss.ts';
import { privateSolvers } from '../src/private/solvers.ts';
import { adjacencies, auditSolver, DELTA, STATED } from '../src/testing/audit-runs.ts';

console.log(
  `δ = ${DELTA}, confidence 0.99\n\n| Method | neighbours | stated ε | lower bound | runs |\n| --- | --- | ---: | ---: | ---: |`,
);
for (const solver of privateSolvers) {
  for (const adjacency of adjacencies) {
    const found = auditSolver(solver, adjacency, solver.id === 'optim/dp-sgd' ? 2000 : 20_000);
    const shown =
      'refused' in found ? `refused, by \`${found.refused}\` | ` : `${found.epsilon.toFixed(2)} | ${2 * found.runs}`;
    console.log(`| ${solver.title} | ${adjacency} | ${STATED} | ${shown} |`);
  }
}

const seconds = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};
console.log('\n| Rows | weights | rows a second of the processor, steps of DP-GD |\n| ---: | ---: | ---: |');
for (const [rows, cols] of [
  [100_000, 20],
  [20_000, 100],
]) {
  const values = new Random(1).normals(new Float64Array(rows * cols));
  for (let k = 0; k < values.length; k++) values[k] /= Math.sqrt(cols);
  const loss = linearLoss({ rows, cols, values }, new Float64Array(rows).fill(1), 'logistic', 1);
  const run = (): void => void dpGd(loss, { epsilon: 1, delta: 1e-6, steps: 10, output: 'last' });
  run();
  const best = Math.min(...[0, 1, 2].map(() => seconds(run)));
  console.log(`| ${rows} | ${cols} | ${((10 * rows) / best).toExponential(1)} |`);
}
for (const seed of [undefined, 1]) {
  const draw = discreteGaussian(noiseSource(seed), 30);
  const spent = seconds(() => {
    for (let k = 0; k < 2_000_000; k++) draw();
  });
  console.log(
    `\nDraws a second ${seed === undefined ? 'from the platform' : 'from a seed'}: ${(2e6 / spent).toExponential(1)}`,
  );
}
