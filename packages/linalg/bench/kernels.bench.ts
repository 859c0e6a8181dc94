// Measures the kernels on one thread and on two against plain JavaScript loops and against NumPy (OpenBLAS, one thread), in one run:
//
//   pnpm bench:package linalg kernels [name …]
//
// NumPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { useKernels } from '../src/kernels.ts';
import type { Case } from './case.ts';
import { cases } from './cases.ts';
import { file, python } from './python.ts';

/** Everything is measured in turn, several times, so that all have their share of what else the machine does. */
const ROUNDS = 6;

/** Seconds that each measurement may take. */
const BUDGET = 0.12;

const numpy = await startNumpy();
const chosen = process.argv.slice(2);
console.log(`${cpus()[0].model}, Node ${process.versions.node}, ${await numpy.environment}\n`);
console.log(
  '| kernel | size | relaxed-simd | simd | two threads | plain JavaScript | NumPy | ours / NumPy | ours / JavaScript | two threads / JavaScript |',
);
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const one of cases) {
  if (chosen.length === 0 || chosen.includes(one.kernel)) console.log(await row(one));
}
numpy.stop();

/**
 * One line of the table: speeds, and how many times NumPy's and plain JavaScript's speed the fastest build has, and
 * how many times plain JavaScript's on two threads.
 */
async function row(one: Case): Promise<string> {
  const contestants = [
    inBuild('relaxed-simd', one, 1),
    inBuild('simd', one, 1),
    one.splits ? inBuild('relaxed-simd', one, 2) : () => Number.NaN,
    inPlain(one),
    () => numpy.seconds(one),
  ];
  const best = contestants.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, measure] of contestants.entries()) best[k] = Math.min(best[k], await measure());
  }
  const [relaxed, simd, parallel, plain, reference] = best.map((time) => one.work / time);
  const show = (speed: number): string => (Number.isNaN(speed) ? '-' : `${(speed / 1e9).toFixed(2)} ${one.unit}`);
  const ratio = (ours: number, other: number): string => (Number.isNaN(ours / other) ? '-' : (ours / other).toFixed(2));
  const speeds = [relaxed, simd, parallel, plain, reference].map(show);
  const ratios = [ratio(relaxed, reference), ratio(relaxed, plain), ratio(parallel, plain)];
  return `| ${[one.kernel, one.size, ...speeds, ...ratios].join(' | ')} |`;
}

function inBuild(build: 'relaxed-simd' | 'simd', one: Case, threads: number): () => number {
  useKernels(build);
  const call = one.kernels(threads);
  return () => {
    useKernels(build);
    return seconds(call);
  };
}

function inPlain(one: Case): () => number {
  const call = one.plain();
  return () => seconds(call);
}

/** The best time of one call. */
function seconds(call: () => void): number {
  call();
  const start = performance.now();
  call();
  const repeats = Math.max(1, Math.floor(2 / Math.max(performance.now() - start, 1e-3)));
  let best = Infinity;
  const end = performance.now() + BUDGET * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) call();
    best = Math.min(best, (performance.now() - start) / repeats);
  }
  return best / 1000;
}

interface Numpy {
  readonly environment: Promise<string>;
  seconds(one: Case): Promise<number>;
  stop(): void;
}

async function startNumpy(): Promise<Numpy> {
  if (!python) {
    return { environment: Promise.resolve('no NumPy'), seconds: async () => Number.NaN, stop: () => {} };
  }
  // These two would make OpenBLAS slower than it is.
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...environment } = process.env;
  const env = { ...environment, OPENBLAS_NUM_THREADS: '1' };
  const child = spawn(python, [file('numpy_kernels.py')], { env });
  child.stderr.pipe(process.stderr);
  const answers = answersOf(child);
  return {
    environment: answers().then((text) => {
      const { numpy, scipy, blas } = JSON.parse(text);
      return `NumPy ${numpy}, SciPy ${scipy}, one thread of ${blas}`;
    }),
    seconds: async ({ kernel, arguments: values }) => {
      child.stdin.write(`${JSON.stringify({ kernel, arguments: values, budget: BUDGET })}\n`);
      return JSON.parse(await answers());
    },
    stop: () => child.stdin.end(),
  };
}

function answersOf(child: ChildProcessWithoutNullStreams): () => Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python process ended');
    return value;
  };
}
