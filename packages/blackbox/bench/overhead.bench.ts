// Nanoseconds of processor time that a step of consensus-based optimisation takes for one coordinate of one particle, without the function: pnpm bench:package blackbox overhead [particles …]
//
// BLACKBOX_PYTHON names a Python with tooling/peers/requirements-blackbox.txt, for CBXpy and a lean step in NumPy beside it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cboSteps } from '../src/continuous/cbo.ts';

const [d, steps] = [20, 50];
const counts = process.argv.slice(2).map(Number);
for (const population of counts.length > 0 ? counts : [1000, 10_000, 100_000]) {
  for (const schedule of ['fixed', 'sample-size'] as const) {
    const generator = cboSteps(
      { dimension: d, value: () => 0 },
      { population, schedule, alpha: 1, restarts: false, maxEvaluations: 10 ** 9 },
    );
    const values = Float64Array.from({ length: population }, (_, i) => (i % 97) / 97);
    generator.next(new Float64Array(0));
    for (let k = 0; k < 10; k++) generator.next(values);
    const before = process.cpuUsage();
    for (let k = 0; k < steps; k++) generator.next(values);
    const { user, system } = process.cpuUsage(before);
    const time = ((user + system) * 1000) / (steps * population * d);
    console.log(`${population} particles, ${d} variables, alpha ${schedule}: ${time.toFixed(1)} ns`);
  }
}
const python = process.env['BLACKBOX_PYTHON'];
if (python !== undefined) {
  const script = fileURLToPath(new URL('cbx_overhead.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  console.log(spawnSync(python, [script], { encoding: 'utf8', env }).stdout.trim());
}
