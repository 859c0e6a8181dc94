// Nanoseconds of processor time that a step of consensus-based optimisation takes for one coordinate of one particle, without the function,
// ours and the peers' by turns, medians: pnpm bench:package blackbox overhead [particles …]
//
// BLACKBOX_PYTHON names a Python with tooling/peers/requirements-blackbox.txt, for CBXpy and a lean step in NumPy beside it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cboSteps } from '../src/continuous/cbo.ts';

const [d, turns] = [20, 7];
const given = process.argv.slice(2).map(Number);
const counts = given.length > 0 ? given : [1000, 10_000, 100_000];
const python = process.env['BLACKBOX_PYTHON'];
const times = new Map<string, number[]>();

for (let turn = 0; turn < turns; turn++) {
  for (const population of counts) {
    for (const schedule of ['fixed', 'sample-size'] as const) {
      note(`${population} particles, ours, alpha ${schedule}`, ourTime(population, schedule));
    }
    if (python !== undefined) {
      const { cbx, lean } = peerTimes(python, population);
      note(`${population} particles, CBXpy`, cbx);
      note(`${population} particles, lean NumPy`, lean);
    }
  }
}
for (const [name, all] of times) {
  all.sort((a, b) => a - b);
  const [low, middle, high] = [all[1], all[turns >> 1], all[turns - 2]].map((time) => time.toFixed(1));
  console.log(`${name}: ${middle} ns (${low} to ${high})`);
}

function note(name: string, time: number): void {
  times.set(name, [...(times.get(name) ?? []), time]);
}

function ourTime(population: number, schedule: 'fixed' | 'sample-size'): number {
  const steps = Math.max(20, 200_000 / population);
  const generator = cboSteps(
    { dimension: d, value: () => 0 },
    { population, schedule, alpha: 1, restarts: false, maxEvaluations: 10 ** 9 },
  );
  // Values whose places and law change from step to step, so that no alpha is known from the step before.
  const values = Array.from({ length: 8 }, (_, k) =>
    Float64Array.from({ length: population }, (_, i) => ((0.618034 * i + 0.37 * k) % 1) ** (1 + 0.05 * k)),
  );
  generator.next(new Float64Array(0));
  for (let k = 0; k < 10; k++) generator.next(values[k % 8]);
  const before = process.cpuUsage();
  for (let k = 0; k < steps; k++) generator.next(values[k % 8]);
  const { user, system } = process.cpuUsage(before);
  generator.return(undefined as never);
  return ((user + system) * 1000) / (steps * population * d);
}

function peerTimes(command: string, population: number): { cbx: number; lean: number } {
  const script = fileURLToPath(new URL('cbx_overhead.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const { stdout, stderr } = spawnSync(command, [script, String(population)], { encoding: 'utf8', env });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
