// `pointCloudSinkhorn` beside OTT's online Sinkhorn and GeomLoss, by turns on drawn clouds: processor seconds, and the marginal error by a
// pass of its own over all pairs.
//
//   INFIMUM_PYTHON=… pnpm bench:package ot clouds-peers [sizes, as 2000,10000] [seed] [peers] [seconds a peer may take, compiling included]
//
// The interpreter needs ott-jax 0.6, geomloss 0.3 with torch and pykeops.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from '@infimum/core/reference-generators';
import { pointCloudSinkhorn } from '../src/geometry/point-cloud-sinkhorn.ts';
import { draws, errorOf, meanCost } from './drawn-clouds.ts';

const TOLERANCE = 1e-6;
const [
  sizes = '2000,10000',
  seed = '11',
  peers = 'ott,ott-momentum,ott-anderson,geomloss-online,geomloss-multiscale',
  limit = '150',
] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'infimum-clouds-'));
const script = fileURLToPath(new URL('clouds_peers.py', import.meta.url));
const numbers = (name: string) => new Float64Array(Uint8Array.from(readFileSync(path.join(folder, name))).buffer);

function elsewhere(peer: string, n: number, d: number, epsilon: number): string | undefined {
  const given = [script, folder, n, d, epsilon, TOLERANCE, peer].map(String);
  const { stdout } = spawnSync(process.env['INFIMUM_PYTHON'] ?? 'python3', given, {
    encoding: 'utf8',
    timeout: 1000 * Number(limit),
    env: { ...process.env, XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false', OMP_NUM_THREADS: '1' },
  });
  return /RESULT (.*)/.exec(stdout)?.[1];
}

try {
  for (const n of sizes.split(',').map(Number)) {
    for (const [family, d] of [
      ['uniform', 2],
      ['uniform', 3],
      ['uniform', 10],
      ['clustered', 3],
    ] as const) {
      for (const share of [0.1, 0.01]) {
        const random = mulberry32(Number(seed) + 31 * n + d);
        const [from, to] = [draws[family](n, d, random), draws[family](n, d, random)];
        const epsilon = share * meanCost(from.points, to.points, d, random);
        const files = { x: from.points, y: to.points, a: from.weights, b: to.weights };
        for (const [name, values] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.bin`), values);
        const matrix = (values: Float64Array) => ({ rows: n, cols: d, values });
        const error = (f: Float64Array, g: Float64Array) =>
          errorOf(from.points, to.points, d, from.weights, to.weights, epsilon, f, g).toExponential(1);
        const ours = () => {
          const start = process.cpuUsage();
          const options = { a: from.weights, b: to.weights, epsilon, tolerance: TOLERANCE, maxIterations: 100_000 };
          const solved = pointCloudSinkhorn(matrix(from.points), matrix(to.points), { ...options, maxSeconds: Number(limit) });
          const { user, system } = process.cpuUsage(start);
          const { status, sourcePotential, targetPotential } = solved;
          return `ours ${((user + system) / 1e6).toFixed(2)} s, ${status}, error ${error(sourcePotential, targetPotential)}`;
        };
        console.log(`${family}, d = ${d}, n = ${n}, epsilon ${share}: ${ours()}`);
        for (const peer of peers.split(',')) {
          const found = elsewhere(peer, n, d, epsilon);
          const [seconds, ...how] = found?.split(' ') ?? [];
          const figures = found
            ? `${seconds} s, ${how.join(' ')}, error ${error(numbers('f.bin'), numbers('g.bin'))}`
            : 'no result in time';
          console.log(`  ${peer}: ${figures}`);
        }
        console.log(`  again: ${ours()}`);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
