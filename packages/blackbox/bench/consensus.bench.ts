// Success rates of consensus-based optimisation and of CBXpy at equal parameters: pnpm bench:package blackbox consensus [runs]
//
// Both begin with normal points of deviation 2 around 0, have anisotropic noise, an alpha that is fixed or grows by 5 % a step to 1e5, no bounds and no restarts, and make the same
// number of steps. A run succeeds if every coordinate of the last consensus is within 0.1 of the minimiser, which alternates 1.3 and -0.7.
// BLACKBOX_PYTHON names a Python with tooling/peers/requirements-blackbox.txt.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cbo } from '../src/continuous/cbo.ts';
import { shiftedFunction } from '../src/continuous/continuous-families.ts';
import type { TestFunction } from '../src/continuous/test-functions.ts';

interface Setting {
  readonly name: TestFunction;
  readonly d: number;
  readonly factor: number;
  readonly population: number;
  readonly alpha: number;
  readonly grows: boolean;
  readonly sigma: number;
  readonly steps: number;
}

const ackley = { name: 'ackley', d: 20, factor: 1, population: 50, alpha: 1, grows: true, sigma: 5.1, steps: 1000 } as const;
const shallow = { name: 'rastrigin-2.5', factor: 1, grows: false } as const;
const settings: readonly Setting[] = [
  ackley,
  { ...ackley, alpha: 1e5, grows: false },
  { ...ackley, factor: 1e-6 },
  { ...ackley, factor: 1e6 },
  { ...shallow, d: 4, population: 100, alpha: 1e3, sigma: Math.sqrt(1.6), steps: 1000 },
  { ...shallow, d: 20, population: 200, alpha: 1e5, sigma: 3.79, steps: 2000 },
  { ...ackley, name: 'rastrigin', population: 200, alpha: 1e5, grows: false, steps: 2000 },
];
const runs = Number(process.argv[2] ?? 20);
const python = process.env['BLACKBOX_PYTHON'];

for (const setting of settings) {
  const theirs = python === undefined ? '' : `, CBXpy ${successesOfPeer(python, setting)}`;
  console.log(`${JSON.stringify(setting)}: ours ${ownSuccesses(setting)}${theirs} of ${runs}`);
}

function ownSuccesses({ name, d, factor, population, alpha, grows, sigma, steps }: Setting): number {
  let successes = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const { value } = shiftedFunction(name, d, { factor });
    const { consensus } = cbo(
      { dimension: d, value, scale: new Float64Array(d).fill(2) },
      {
        ...{ seed, population, alpha, sigma, schedule: grows ? 'multiply' : 'fixed', restarts: false },
        maxEvaluations: population * steps,
      },
    );
    if (consensus.every((x, j) => Math.abs(x - (j % 2 === 0 ? 1.3 : -0.7)) < 0.1)) successes++;
  }
  return successes;
}

function successesOfPeer(command: string, setting: Setting): number {
  const script = fileURLToPath(new URL('consensus_peers.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { stdout, stderr } = spawnSync(command, [script, JSON.stringify({ ...setting, runs })], { encoding: 'utf8', env });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}
