// Processor time of `minimizeBilevel` on regularisation weights, beside twenty lines of SciPy where INFIMUM_PYTHON names a Python that
// has it: pnpm bench:package bilevel weights
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { minimizeBilevel } from '../src/minimize-bilevel.ts';
import { tumourRegularization } from '../src/models/data.ts';
import type { BilevelInstance } from '../src/models/instance.ts';
import { modelOf } from '../src/models/instance.ts';
import type { RegularisationSource, TargetRows } from '../src/models/regularization.ts';

/** Ridge weights of normal rows, of which a third matters. */
function squares(rows: number, cols: number, shared: boolean): BilevelInstance {
  const random = new Random(7);
  const truth = Float64Array.from({ length: cols }, (_, j) => (j % 3 === 0 ? random.normal() : 0));
  const part = (): TargetRows => {
    const values = random.normals(new Float64Array(rows * cols));
    const targets = Float64Array.from({ length: rows }, (_, i) => {
      let sum = 2 * random.normal();
      for (let j = 0; j < cols; j++) sum += values[i * cols + j] * truth[j];
      return sum;
    });
    return { design: { rows, cols, values }, targets };
  };
  return {
    source: { kind: 'regularization', loss: 'squares', train: part(), validation: part(), shared, lower: -10, upper: 5 },
    initial: { x: new Float64Array(shared ? 1 : cols).fill(-4), y: new Float64Array(cols) },
  };
}

const cases: [string, BilevelInstance][] = [
  ['tumours, a weight for all', await tumourRegularization(true, 'halves')],
  ['tumours, 30 weights', await tumourRegularization(false, 'halves')],
  ['squares, 100 x 5, a weight for all', squares(100, 5, true)],
  ['squares, 100 x 20, 20 weights', squares(100, 20, false)],
  ['squares, 500 x 100, 100 weights', squares(500, 100, false)],
];
for (const [name, instance] of cases) {
  const { problem } = modelOf(instance);
  let [least, found] = [Infinity, minimizeBilevel(problem, instance.initial)];
  for (let run = 0; run < 25; run++) {
    const before = process.cpuUsage();
    found = minimizeBilevel(problem, instance.initial);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  console.log(
    `${name}: ${(1e3 * least).toFixed(2)} ms, F ${found.value.toPrecision(10)}, ${found.lowerSolves} hyper-gradients, ${found.status}`,
  );
  const python = process.env['INFIMUM_PYTHON'];
  if (!python) continue;
  const { train, validation, loss, lower, upper } = instance.source as RegularisationSource;
  const nested = ({ design: { rows, cols, values }, targets }: TargetRows) => ({
    design: Array.from({ length: rows }, (_, i) => Array.from(values.slice(i * cols, (i + 1) * cols))),
    targets: Array.from(targets),
  });
  const gtol = 1e-6 * Math.abs(found.value);
  const start = Array.from(instance.initial.x);
  const input = JSON.stringify({ loss, train: nested(train), validation: nested(validation), start, lower, upper, gtol });
  const script = fileURLToPath(new URL('scipy_weights.py', import.meta.url));
  const { stdout, stderr } = spawnSync(python, [script], {
    input,
    encoding: 'utf8',
    env: { ...process.env, OPENBLAS_NUM_THREADS: '1' },
  });
  if (stderr) console.error(stderr);
  const peer = JSON.parse(stdout) as { seconds: number; value: number; calls: number };
  console.log(
    `  SciPy: ${(1e3 * peer.seconds).toFixed(2)} ms, F ${peer.value.toPrecision(10)}, ${peer.calls} hyper-gradients; ours takes ${(least / peer.seconds).toFixed(2)} of its time`,
  );
}
