// What the cascade decides, and in what time, on instances like those of the verification competition: robustness and
// comparisons of outputs for networks of 6 x 50, 784-256-256-10 and a small convolutional one that is read from ONNX:
// pnpm bench:package verify cascade [family …] [--limit=30] [--write=FOLDER]
//
// Dense networks are trained here, with a seed; the convolutional one by bench/convolution.py. `--write` leaves networks and
// questions in JSON files, which bench/cascade_peers.py gives to auto_LiRPA and to HiGHS.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Random } from '@infimum/core';
import { loadDigits } from '@infimum/datasets/digits';
import { loadDigits28 } from '@infimum/datasets/digits-28';
import type { Network } from '../src/networks/network.ts';
import { evaluateNetwork, outputsOf } from '../src/networks/network.ts';
import { readOnnx } from '../src/networks/read-onnx.ts';
import { trainNetwork } from '../src/networks/train-network.ts';
import type { UnsafeCase } from '../src/robustness/verify-property.ts';
import { verifyProperty } from '../src/robustness/verify-property.ts';
import { robustnessCases } from '../src/robustness/verify-robustness.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { limit: { type: 'string', default: '30' }, write: { type: 'string' } },
});

interface Question {
  readonly name: string;
  readonly unsafe: readonly UnsafeCase[];
}

/** Closest approach, in units of the range, of an intruder to a ship that turns by each of five rates. */
function approaches([range, bearing, heading, own, other]: Float64Array): number[] {
  return [0, -0.5, 0.5, -1, 1].map((turn) => {
    let closest = 1;
    for (let t = 0; t <= 1; t += 0.05) {
      const course = turn * t * 2;
      const x = range * Math.cos(bearing * Math.PI) + t * (other * Math.cos(heading * Math.PI) - own * Math.cos(course));
      const y = range * Math.sin(bearing * Math.PI) + t * (other * Math.sin(heading * Math.PI) - own * Math.sin(course));
      closest = Math.min(closest, Math.hypot(x, y));
    }
    return closest - 0.05 * Math.abs(turn);
  });
}

/** Six layers of fifty; five advisories. A region of states, and an advisory that must not be the best there. */
function advisories(): { network: Network; questions: Question[] } {
  const random = new Random(7);
  const rows = 4000;
  const inputs = random.uniforms(new Float64Array(5 * rows)).map((u) => 2 * u - 1);
  const states = { rows, cols: 5, values: inputs };
  const targets = Array.from({ length: rows }, (_, r) => approaches(inputs.subarray(5 * r, 5 * r + 5).map(Math.abs))).flat();
  const network = trainNetwork(states, targets, {
    hidden: [50, 50, 50, 50, 50, 50],
    outputs: 5,
    activation: 'relu',
    loss: 'values',
    epochs: 30,
    batch: 32,
    rate: 0.003,
    seed: 1,
  });
  const questions = Array.from({ length: 20 }, (_, k): Question => {
    const center = random.uniforms(new Float64Array(5)).map((u) => 1.6 * u - 0.8);
    const radius = [0.02, 0.05, 0.1, 0.2][k % 4];
    const y = evaluateNetwork(network, center);
    // The worst advisory never comes out as the best one; for every other question the best one stays.
    const worst = y.indexOf(Math.min(...y));
    const label = y.indexOf(Math.max(...y));
    const cases = robustnessCases({ x: center, radius }, k % 8 < 4 ? label : worst, 5);
    if (k % 8 < 4) return { name: `advisory ${k} stays, ${radius}`, unsafe: cases };
    const rows = Float64Array.from(cases.flatMap((one) => Array.from(one.rows, (c) => -c)));
    return {
      name: `advisory ${k} is never best, ${radius}`,
      unsafe: [{ region: cases[0].region, rows, limits: new Float64Array(4) }],
    };
  });
  return { network, questions };
}

function digits(): { network: Network; questions: Question[] } {
  const { images, labels } = loadDigits28();
  const scaled = { ...images, values: images.values.map((pixel) => pixel / 255) };
  const network = trainNetwork(scaled, labels, {
    hidden: [256, 256],
    outputs: 10,
    activation: 'relu',
    loss: 'classes',
    epochs: 12,
    batch: 20,
    rate: 0.001,
    seed: 2,
  });
  return { network, questions: robustness(network, scaled, [0.005, 0.01, 0.015, 0.02], 3) };
}

function convolution(): { network: Network; questions: Question[] } {
  const { network } = readOnnx(readFileSync(new URL('convolution.onnx', import.meta.url)));
  const { images } = loadDigits();
  const scaled = { ...images, values: images.values.map((pixel) => pixel / 16) };
  return { network, questions: robustness(network, scaled, [0.04, 0.06, 0.08, 0.1], 5) };
}

function robustness(
  network: Network,
  { rows, cols, values: pixels }: { rows: number; cols: number; values: Float64Array },
  radii: readonly number[],
  each: number,
): Question[] {
  return radii.flatMap((radius) =>
    Array.from({ length: each }, (_, k): Question => {
      const at = Math.floor(((k + 0.5) * rows) / each) * cols;
      const x = pixels.slice(at, at + cols);
      const y = evaluateNetwork(network, x);
      const label = y.indexOf(Math.max(...y));
      return { name: `image ${k}, ${radius}`, unsafe: robustnessCases({ x, radius, clip: [0, 1] }, label, y.length) };
    }),
  );
}

const families = { advisories, digits, convolution };
for (const [family, make] of Object.entries(families)) {
  if (positionals.length > 0 && !positionals.includes(family)) continue;
  const before = process.cpuUsage();
  const { network, questions } = make();
  const spent = (since: NodeJS.CpuUsage) => {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1e6;
  };
  console.log(`${family}: made in ${spent(before).toFixed(1)} s, ${network.layers.map(outputsOf).join('-')}`);
  if (values.write) {
    const plain = (_: string, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value);
    mkdirSync(values.write, { recursive: true });
    writeFileSync(`${values.write}/${family}.json`, JSON.stringify({ network, questions }, plain));
  }
  const seen = { certified: 0, falsified: 0, unknown: 0 };
  const seconds: number[] = [];
  for (const { name, unsafe } of questions) {
    const start = process.cpuUsage();
    let domains = 0;
    const stop = new AbortController();
    const onIteration = (news: { readonly domains: number }) => {
      domains = news.domains;
      // Processor time, since others may be at work.
      if (spent(start) > Number(values.limit)) stop.abort();
    };
    const { verdict, bound } = verifyProperty({ network, unsafe }, { signal: stop.signal, onIteration });
    seconds.push(spent(start));
    seen[verdict]++;
    console.log(`${family}, ${name}: ${verdict}, ${bound.toPrecision(4)}, ${domains} domains, ${spent(start).toFixed(2)} s`);
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  console.log(
    `${family}: ${seen.certified} certified, ${seen.falsified} falsified, ${seen.unknown} unknown; median ${sorted[Math.floor(sorted.length / 2)].toFixed(3)} s, all ${seconds.reduce((a, b) => a + b, 0).toFixed(1)} s`,
  );
}
