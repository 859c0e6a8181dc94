// Measures streaming methods: rows taken in, in GB/s, and against scikit-learn's IncrementalPCA in the same run:
//
//   pnpm bench:package linalg streaming
//
// scikit-learn is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`, and then
// requirements-scikit.txt as tooling/peers/README.md says), or left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { heavyStream, lightStream } from '../src/streaming/streaming-instances.ts';
import type { StreamingTopEigenvectorOptions } from '../src/streaming.ts';
import { createStreamingTopEigenvector, streamingTopEigenvector } from '../src/streaming.ts';
import { file, python } from './python.ts';

/** Bytes of rows that a measurement takes in. */
const BYTES = 2 ** 28;

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
throughput();
peers();
growth();

/** Rows taken in, by method and length. */
function throughput(): void {
  const methods: readonly (readonly [string, StreamingTopEigenvectorOptions])[] = [
    ['block-power', {}],
    ['block-power, two vectors', { components: 2 }],
    ['oja', { method: 'oja' }],
    ['oja-ladder', { method: 'oja-ladder' }],
    ['frequent-directions, 10', { method: 'frequent-directions' }],
  ];
  const dimensions = [100, 1000, 10_000];
  console.log(`| method | ${dimensions.map((d) => `d = ${d}`).join(' | ')} |`);
  console.log(`| --- | ${dimensions.map(() => '---:').join(' | ')} |`);
  for (const [name, options] of methods) {
    const speeds = dimensions.map((d) => `${(gigabytes(d, options)).toFixed(2)} GB/s`);
    console.log(`| ${name} | ${speeds.join(' | ')} |`);
  }
}

/** Gigabytes of rows a second: the best of three passes over rows that do not fit the cache. */
function gigabytes(d: number, options: StreamingTopEigenvectorOptions): number {
  const n = Math.floor(2 ** 25 / (8 * d));
  const rows = lightStream({ n, d: Math.min(d, 200), R: 8 }, 1);
  const wide = d <= 200 ? rows : { rows: n, cols: d, values: repeated(rows.values, n * d) };
  const passes = Math.max(1, Math.round(BYTES / (8 * n * d) / (options.method ? 8 : 1)));
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    using stream = createStreamingTopEigenvector({ dimension: d, rows: 10 ** 8, ...options });
    const start = performance.now();
    for (let pass = 0; pass < passes; pass++) stream.pushMatrix(wide);
    best = Math.min(best, performance.now() - start);
  }
  return (8 * n * d * passes) / best / 1e6;
}

/** scikit-learn's IncrementalPCA at d = 1000, at its best batch size, next to the block power method. */
function peers(): void {
  const [n, d] = [20_000, 1000];
  const small = lightStream({ n: 4000, d: 200, R: 8 }, 1);
  const rows = { rows: n, cols: d, values: repeated(small.values, n * d) };
  const ours = (options: StreamingTopEigenvectorOptions): number => {
    let best = Infinity;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      streamingTopEigenvector(rows, options);
      best = Math.min(best, performance.now() - start);
    }
    return best / 1000;
  };
  const seconds = ours({});
  console.log(`\n${n} rows of length ${d}: block-power ${seconds.toFixed(3)} s`);
  if (!python) {
    console.log('no Python with scikit-learn');
    return;
  }
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  const { stdout, stderr } = spawnSync(python, [file('incremental_pca.py'), `${n}`, `${d}`], { env, encoding: 'utf8' });
  if (!stdout) {
    console.log(`no scikit-learn: ${stderr.trim().split('\n').at(-1)}`);
    return;
  }
  const { version, times } = JSON.parse(stdout) as { version: string; times: Record<string, number> };
  for (const [batch, time] of Object.entries(times)) {
    console.log(
      `scikit-learn ${version} IncrementalPCA, 1 component, batches of ${batch}: ${time.toFixed(3)} s, ` +
        `${(time / seconds).toFixed(1)} times as long`,
    );
  }
}

/** Time against the length of the stream, and of a row: exponents of a straight line through the logarithms. */
function growth(): void {
  const exponent = (sizes: readonly number[], make: (size: number) => ReturnType<typeof heavyStream>): number => {
    const points = sizes.map((size) => {
      const rows = make(size);
      let best = Infinity;
      for (let round = 0; round < 3; round++) {
        const start = performance.now();
        streamingTopEigenvector(rows);
        best = Math.min(best, performance.now() - start);
      }
      return [Math.log(size), Math.log(best)];
    });
    const mean = (k: number): number => points.reduce((sum, point) => sum + point[k], 0) / points.length;
    const [x, y] = [mean(0), mean(1)];
    const slope = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
    return slope / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  };
  const rows = exponent([10_000, 30_000, 100_000, 300_000], (n) => heavyStream({ n, d: 64, R: 8, h: 5 }, 1));
  const length = exponent([64, 256, 1024], (d) => heavyStream({ n: 10_000, d, R: 8, h: 5 }, 1));
  console.log(`\ntime grows like n^${rows.toFixed(2)} (n = 10000 to 300000) and d^${length.toFixed(2)} (d = 64 to 1024)`);
}

function repeated(values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(length);
  for (let start = 0; start < length; start += values.length) {
    out.set(values.subarray(0, Math.min(values.length, length - start)), start);
  }
  return out;
}
