// Measures a Gauss-Seidel sweep over the five-point Laplacian against PyAMG's, which is a loop in C++, in one run, in
// processor time:
//
//   pnpm bench:package linalg relaxation
//
// PyAMG is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`, and then
// requirements-scikit.txt as tooling/peers/README.md says), or left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { Random } from '@infimum/core';
import { fivePointLaplacian } from '../src/sparse/grid-stencils.ts';
import { Relaxation } from '../src/systems/relaxation-sweep.ts';
import { file, python } from './python.ts';

const ROUNDS = 5;
const sides = [100, 300, 1000];

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
const systems = sides.map((side) => {
  const a = fivePointLaplacian(side);
  const b = new Random(1).normals(new Float64Array(a.rows));
  const sweeps = new Relaxation(a, 1);
  sweeps.b.set(b);
  return { side, sweeps };
});
const ours = sides.map(() => Infinity);
const theirs = sides.map(() => Number.NaN);
for (let round = 0; round < ROUNDS; round++) {
  for (const [k, { sweeps, side }] of systems.entries()) {
    const times = Math.max(4, Math.round(4e6 / side ** 2));
    sweeps.forwards();
    const before = process.threadCpuUsage();
    for (let sweep = 0; sweep < times; sweep++) sweeps.forwards();
    const { user, system } = process.threadCpuUsage(before);
    ours[k] = Math.min(ours[k], (user + system) / 1000 / times);
  }
  for (const [k, milliseconds] of pyamg().entries()) {
    theirs[k] = Number.isNaN(theirs[k]) ? milliseconds : Math.min(theirs[k], milliseconds);
  }
}
console.log('| grid | ours | PyAMG | ratio of speeds |');
console.log('| --- | ---: | ---: | ---: |');
for (const [k, side] of sides.entries()) {
  const peer = Number.isNaN(theirs[k]) ? ['-', '-'] : [`${theirs[k].toFixed(3)} ms`, (theirs[k] / ours[k]).toFixed(2)];
  console.log(`| ${side} x ${side} | ${ours[k].toFixed(3)} ms | ${peer.join(' | ')} |`);
}

/** Milliseconds of a sweep on each grid. */
function pyamg(): number[] {
  if (!python) return [];
  const { stdout, stderr } = spawnSync(python, [file('pyamg_relaxation.py'), JSON.stringify(sides)], { encoding: 'utf8' });
  if (!stdout) {
    console.log(`no PyAMG: ${stderr.trim().split('\n').at(-1)}`);
    return [];
  }
  return JSON.parse(stdout);
}
