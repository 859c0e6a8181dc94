// `minimize` under constraints with gradients beside SciPy's SLSQP, by turns, in processor time: a quadratic with a chain of quartics in a
// ball, under n / 5 rows and bounds, of which about a third is met. Both get vectorized functions of their own language.
//
//   INFIMUM_PYTHON=python3 pnpm bench:package optim sequential-quadratic [seed]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { linearConstraints, nonlinearConstraints } from '../src/constrained.ts';
import { minimize } from '../src/minimize.ts';

const seed = Number(process.argv[2] ?? 1);
const python = process.env['INFIMUM_PYTHON'];
const script = fileURLToPath(new URL('./sequential_quadratic.py', import.meta.url));

console.log('| n | ours, ms | steps | SLSQP, ms | steps | SLSQP / ours | least value, ours - SLSQP | SLSQP says |');
console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |');
for (const n of [10, 50, 150]) {
  const random = new Random(seed, n);
  const m = n / 5;
  const draw = (count: number) => random.normals(new Float64Array(count));
  const [weights, linear, rows] = [draw(n).map((z) => 1 + 9 * z * z), draw(n).map((z) => 5 * z), draw(m * n)];
  const high = draw(m).map((z) => 0.5 * Math.abs(z));
  const objective = {
    dimension: n,
    value: (x: Float64Array) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += 0.5 * weights[i] * x[i] * x[i] + linear[i] * x[i];
        if (i > 0) sum += (x[i] - x[i - 1] * x[i - 1]) ** 4;
      }
      return sum;
    },
    gradient: (x: Float64Array, out: Float64Array) => {
      for (let i = 0; i < n; i++) out[i] = weights[i] * x[i] + linear[i];
      for (let i = 1; i < n; i++) {
        const cube = 4 * (x[i] - x[i - 1] * x[i - 1]) ** 3;
        out[i] += cube;
        out[i - 1] -= 2 * x[i - 1] * cube;
      }
    },
  };
  const ball = nonlinearConstraints(
    {
      count: 1,
      value: (x) => [x.reduce((sum, entry) => sum + entry * entry, 0)],
      jacobian: (x) => x.map((entry) => 2 * entry),
    },
    { upper: n / 10 },
  );
  const sets = [ball, linearConstraints({ rows: m, cols: n, values: rows }, { upper: high })];
  const solve = () => minimize(objective, new Float64Array(n).fill(0.1), { constraints: sets, lower: -0.6, upper: 0.6 });
  const found = solve();
  // Until it is compiled: SciPy's is.
  for (const begin = performance.now(); performance.now() < begin + 500; ) solve();
  const rounds = n > 100 ? 5 : 20;
  const peer = python
    ? JSON.parse(
        execFileSync(python, [script], {
          input: JSON.stringify({ n, m, rounds, weights: [...weights], linear: [...linear], rows: [...rows], high: [...high] }),
          encoding: 'utf8',
          env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
        }),
      )
    : { seconds: Number.NaN, steps: 0, value: Number.NaN, message: '' };
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    solve();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e3);
  }
  const ms = 1e3 * peer.seconds;
  console.log(
    `| ${n} | ${least.toFixed(1)} | ${found.iterations} | ${ms.toFixed(1)} | ${peer.steps} | ${(ms / least).toFixed(2)} | ${(found.value - peer.value).toExponential(1)} | ${peer.message} |`,
  );
}
