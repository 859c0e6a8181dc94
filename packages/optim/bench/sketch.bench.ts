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

function measure(run: () => { status: string; innerIterations: number }): string {
  const before = process.cpuUsage();
  const { status, innerIterations } = run();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  return `${seconds.toFixed(3)} (${innerIterations}${status === 'converged' ? '' : `, ${status}`})`;
}

console.log(
  `${cpus()[0].model}, Node ${process.versions.node}, tolerance 1e-4, at most ${LIMIT} s, practical accuracy; inner steps in brackets\n`,
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
          accuracy: 'practical',
          innerLimit: 1_000_000_000,
          seed: 1,
        }),
      ),
    ),
  ];
  console.log(`| ${name} | ${program.variables + program.equalities} | ${cells.join(' | ')} |`);
}
