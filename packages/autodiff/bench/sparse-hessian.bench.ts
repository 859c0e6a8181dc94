// Measures sparse Hessians of chained functions of 100 000 variables in gradients' times, and what finding their pattern takes:
//
//   pnpm bench:package autodiff sparse-hessian
import { cpus, loadavg } from 'node:os';
import { Random } from '@infimum/core';
import type { Tensor } from '../src/index.ts';
import { add, cos, mul, narrow, reshape, slice, square, sub, sum } from '../src/index.ts';
import { sparseDifferentiable } from '../src/sparse.ts';

const [SIZE, REPEATS] = [100_000, 40];

const functions: Record<string, (x: Tensor) => Tensor> = {
  'chained Rosenbrock': (x) => {
    const [from, to] = [narrow(x, 0, 0, SIZE - 1), narrow(x, 0, 1, SIZE - 1)];
    return sum(add(mul(100, square(sub(to, square(from)))), square(sub(1, from))));
  },
  'chained Wood': (x) => {
    const [even, odd] = [0, 1].map((column) => reshape(narrow(reshape(x, [SIZE / 2, 2]), 1, column, 1), [SIZE / 2]));
    const [a, b, c, d] = [0, 1].flatMap((start) => [even, odd].map((each) => slice(each, start, SIZE / 2 - 1)));
    const [first, second] = [mul(100, square(sub(square(a), b))), mul(90, square(sub(square(c), d)))];
    const pairs = add(mul(10, square(sub(add(b, d), 2))), mul(0.1, square(sub(b, d))));
    return sum(add(add(first, second), add(add(square(sub(a, 1)), square(sub(c, 1))), pairs)));
  },
  arrowhead: (x) => {
    const [hub, others] = [slice(x, 0, 1), slice(x, 1, SIZE - 1)];
    return sum(add(mul(hub, square(others)), cos(others)));
  },
};

/** The median of milliseconds of processor time. */
function time(work: () => void): number {
  const times = Array.from({ length: REPEATS }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[REPEATS >> 1];
}

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log(`| ${SIZE} variables | products | gradient, ms | sparse Hessian, ms | gradients' times | found once, ms |`);
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const [name, f] of Object.entries(functions)) {
  const start = process.cpuUsage();
  const objective = sparseDifferentiable(SIZE, f);
  const { user, system } = process.cpuUsage(start);
  const x = new Random(1).normals(new Float64Array(SIZE));
  const out = new Float64Array(SIZE);
  time(() => objective.gradient(x, out));
  const gradient = time(() => objective.gradient(x, out));
  const hessian = time(() => objective.sparseHessian?.(x));
  const figures = [
    gradient.toFixed(2),
    hessian.toFixed(2),
    (hessian / gradient).toFixed(2),
    ((user + system) / 1000).toFixed(0),
  ];
  console.log(`| ${name} | ${objective.hessianProducts} | ${figures.join(' | ')} |`);
  objective.release();
}
