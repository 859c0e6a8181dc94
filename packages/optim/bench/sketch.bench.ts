// Newton systems by randomized sketches against the exact factorisation, over sizes: the control of a grid (3 N² unknowns), and a
// sequence of problems of growing size whose systems are well conditioned, on which sketches fare best. Processor seconds.
//
//   pnpm bench:package optim sketch
import { cpus } from 'node:os';
import { Random } from '@infimum/core';
import { adaSketchNewton } from '../src/constrained/ada-sketch-newton.ts';
import { gridProgram } from '../src/constrained/data-programs.ts';
import type { EqualityProgram } from '../src/constrained/equality-program.ts';
import { exactAugmentedLagrangian } from '../src/constrained/exact-augmented-lagrangian.ts';
import type { SketchName } from '../src/constrained/inner-solvers.ts';
import { iterativeSketch } from '../src/constrained/inner-solvers.ts';

const LIMIT = 60;

/** min Σ (x_i² / 2 + cos x_i / 4) under m rows that are orthonormal: condition numbers of K below 5 at every size. */
function orthonormal(n: number): EqualityProgram {
  const m = Math.floor(n / 4);
  const rows = new Random(n).normals(new Float64Array(m * n));
  for (let j = 0; j < m; j++) {
    for (let k = 0; k <= j; k++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += rows[j * n + i] * rows[k * n + i];
      if (k < j) for (let i = 0; i < n; i++) rows[j * n + i] -= dot * rows[k * n + i];
      else for (let i = 0; i < n; i++) rows[j * n + i] /= Math.sqrt(dot);
    }
  }
  return {
    variables: n,
    equalities: m,
    value: (x) => x.reduce((sum, v) => sum + (v * v) / 2 + Math.cos(v) / 4, 0),
    gradient: (x, out) => out.set(x.map((v) => v - Math.sin(v) / 4)),
    constraints: (x, out) => {
      for (let j = 0; j < m; j++) {
        out[j] = -1;
        for (let i = 0; i < n; i++) out[j] += rows[j * n + i] * x[i];
      }
    },
    jacobian: (_, out) => out.set(rows),
    hessian: (x, _, out) => {
      out.fill(0);
      for (let i = 0; i < n; i++) out[i * n + i] = 1 - Math.cos(x[i]) / 4;
    },
  };
}

/** Seconds of one run; the median of 25 where they are few, so that code is warm. */
function measure(run: () => { status: string; innerIterations: number }): string {
  const seconds: number[] = [];
  let found = { status: '', innerIterations: 0 };
  do {
    const before = process.cpuUsage();
    found = run();
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  } while (seconds.length < 25 && seconds[0] < 0.1);
  seconds.sort((one, other) => one - other);
  const { status, innerIterations } = found;
  return `${seconds[seconds.length >> 1].toPrecision(2)} (${innerIterations}${status === 'converged' ? '' : `, ${status}`})`;
}

/** Million steps a second on a dense system, the median of five turns. */
function rate(n: number, sketch: SketchName, steps: number): number {
  const random = new Random(1);
  const matrix = { rows: n, cols: n, values: random.normals(new Float64Array(n * n)) };
  const b = random.normals(new Float64Array(n));
  const rates = [1, 2, 3, 4, 5].map((seed) => {
    const solver = iterativeSketch(sketch, 1, steps, seed);
    solver.begin(matrix, b);
    const z = new Float64Array(n);
    const before = process.cpuUsage();
    while (!solver.improve(z, 0));
    const { user, system } = process.cpuUsage(before);
    return solver.steps / (user + system);
  });
  return rates.sort((one, other) => one - other)[2];
}

console.log('| Steps, million a second | 10 unknowns, dense | 41 |\n| --- | ---: | ---: |');
for (const [sketch, steps] of [
  ['kaczmarz', 3_000_000],
  ['weighted-kaczmarz', 3_000_000],
  ['gaussian', 300_000],
] as const) {
  console.log(`| ${sketch} | ${rate(10, sketch, steps).toFixed(2)} | ${rate(41, sketch, steps).toFixed(2)} |`);
}
console.log(
  `\n${cpus()[0].model}, Node ${process.versions.node}, tolerance 1e-4, at most ${LIMIT} s, practical accuracy; inner steps in brackets\n`,
);
console.log('| Problem | unknowns | exact | Kaczmarz | weighted Kaczmarz | block Gaussian, 20 s |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
const problems: [name: string, program: EqualityProgram][] = [
  ...[2, 3, 4, 5, 6, 7, 8].map((n): [string, EqualityProgram] => [`grid, N = ${n}`, gridProgram(n)]),
  ...[16, 64, 160, 320].map((n): [string, EqualityProgram] => [`orthonormal rows, n = ${n}`, orthonormal(n)]),
];
for (const [name, program] of problems) {
  const start = new Float64Array(program.variables).fill(1);
  const common = { tolerance: 1e-4, maxSeconds: LIMIT } as const;
  const cells = [
    measure(() => exactAugmentedLagrangian(program, start, common)),
    ...(['kaczmarz', 'weighted-kaczmarz', 'block-gaussian'] as const).map((sketch) =>
      measure(() =>
        adaSketchNewton(program, start, {
          ...common,
          ...(sketch === 'block-gaussian' && { maxSeconds: 20 }),
          sketch,
          accuracyRule: 'practical',
          innerLimit: 1_000_000_000,
          seed: 1,
        }),
      ),
    ),
  ];
  console.log(`| ${name} | ${program.variables + program.equalities} | ${cells.join(' | ')} |`);
}
