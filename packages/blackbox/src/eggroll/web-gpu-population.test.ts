// The forward pass on a graphics processor against that in double precision: in Chromium on its software adapter, and where Node
// finds the package `webgpu` and an adapter, on Dawn.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidInputError, Random } from '@infimum/core';
import { describe, expect, test } from 'vitest';
import type { AffineLayer } from './low-rank-population.ts';
import { LowRankPopulation } from './low-rank-population.ts';
import { WebGpuPopulation } from './web-gpu-population.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const PACKAGES = fileURLToPath(new URL('../../..', import.meta.url));

/** A network and what is sent through it, as JSON has it. */
interface Case {
  readonly name: string;
  /** Numbers of the input, then of every layer. */
  readonly sizes: readonly number[];
  readonly rank: number;
  readonly population: number;
  readonly seed: number;
  readonly step: number;
  readonly sigma: number;
  readonly activation: 'none' | 'tanh' | 'relu';
  readonly members: readonly number[];
}

const everybody = (population: number) => Array.from({ length: population }, (_, i) => i);
const one = { rank: 1, population: 8, seed: 3, step: 5, sigma: 0.2, activation: 'tanh' } as const;
const cases: readonly Case[] = [
  { ...one, name: 'noise alone', sizes: [1, 1], population: 1000, sigma: 1, members: everybody(1000) },
  { ...one, name: 'one layer', sizes: [40, 50], members: everybody(8) },
  { ...one, name: 'a large seed and step', sizes: [7, 5], seed: 2 ** 52 + 9, step: 2 ** 32 - 1, members: [0, 1] },
  { ...one, name: 'rank 3', sizes: [37, 70], rank: 3, members: [7, 0, 3, -1, 3, 2] },
  { ...one, name: 'rank 4, tiles and a half', sizes: [33, 97], rank: 4, population: 100, members: everybody(100) },
  { ...one, name: 'one number', sizes: [1, 1, 1], population: 2, members: [0, 1, -1] },
  { ...one, name: 'two hidden layers, tanh', sizes: [6, 48, 31, 3], population: 70, members: everybody(70) },
  { ...one, name: 'relu, rank 2', sizes: [6, 40, 40, 4], rank: 2, activation: 'relu', members: everybody(8) },
  { ...one, name: 'affine twice', sizes: [20, 30, 10], activation: 'none', members: [5, 4, -1] },
  { ...one, name: '512 inputs', sizes: [512, 64], members: [0, 1] },
];

/** Weights, biases and inputs of a case in single precision, so that both sides have the same. Runs in the browser too. */
function network({ sizes, members }: Case, RandomClass: typeof Random) {
  const random = new RandomClass(11);
  const single = (length: number, scale: number) =>
    Float64Array.from(random.normals(new Float64Array(length)), (z) => Math.fround(scale * z));
  const layers = sizes.slice(1).map((rows, l): AffineLayer => {
    const cols = sizes[l];
    return { rows, cols, weights: single(rows * cols, 1 / Math.sqrt(cols)), bias: single(rows, 0.3) };
  });
  return { layers, x: single(members.length * sizes[0], 1), names: Int32Array.from(members) };
}

/** What a device gives for a case. Runs in the browser, so it uses its arguments only. */
async function onDevice(
  device: GPUDevice,
  one: Case,
  Population: typeof WebGpuPopulation,
  RandomClass: typeof Random,
  networkOf: typeof network,
): Promise<number[]> {
  const { layers, x, names } = networkOf(one, RandomClass);
  const population = new Population(device, layers, one);
  population.begin(one.step);
  const out = await population.forward(x, names, one.sigma);
  // Again, of half of the members first: buffers grow, and are used again.
  await population.forward(x.subarray(0, layers[0].cols), names.subarray(0, 1), one.sigma);
  const again = await population.forward(x, names, one.sigma);
  if (again.some((entry, i) => entry !== out[i])) throw new Error(`${one.name}: not the same twice`);
  population[Symbol.dispose]();
  return Array.from(out);
}

/** W + s sigma E and b + s sigma e of a member, without the middle and with it, column by column. */
function affine(population: LowRankPopulation, l: number, member: number, sigma: number) {
  const { rows, cols } = population.layers[l];
  const of = (x: Float64Array) => population.forward(l, x, Int32Array.of(member), sigma, new Float64Array(rows));
  const shift = of(new Float64Array(cols));
  const columns = Array.from({ length: cols }, (_, b) => {
    const unit = new Float64Array(cols);
    unit[b] = 1;
    return of(unit).map((entry, a) => entry - shift[a]);
  });
  return { shift, columns };
}

/** Outputs in double precision, and how far single precision may be from them: 1e-6 of the sizes of all terms of a layer. */
function expected(one: Case): { out: Float64Array; error: Float64Array } {
  const { layers, x, names } = network(one, Random);
  const { population: members, rank, seed } = one;
  const population = new LowRankPopulation(layers, { population: members, rank, seed });
  population.begin(one.step);
  const width = layers[layers.length - 1].rows;
  const [out, error] = [0, 0].map(() => new Float64Array(names.length * width));
  names.forEach((member, i) => {
    let state: Float64Array = x.slice(i * layers[0].cols, (i + 1) * layers[0].cols);
    let off: Float64Array = new Float64Array(state.length);
    layers.forEach(({ rows, cols, weights, bias }, l) => {
      const { shift, columns } = affine(population, l, member, one.sigma);
      const next = population.forward(l, state, Int32Array.of(member), one.sigma, new Float64Array(rows));
      off = next.map((_, a) => {
        let sizes = Math.abs(bias[a]) + Math.abs(shift[a] - bias[a]);
        let carried = 0;
        for (let b = 0; b < cols; b++) {
          const [entry, middle] = [columns[b][a], weights[a * cols + b]];
          sizes += (Math.abs(middle) + Math.abs(entry - middle)) * Math.abs(state[b]);
          carried += Math.abs(entry) * off[b];
        }
        return 1e-6 * sizes + carried;
      });
      const isLast = l + 1 === layers.length;
      // No activation is steeper than 1; tanh has an error of its own.
      if (!isLast && one.activation === 'tanh') off = off.map((entry) => entry + 5e-7);
      state = isLast ? next : next.map((entry) => activate(entry, one.activation));
    });
    out.set(state, i * width);
    error.set(off, i * width);
  });
  return { out, error };
}

function activate(value: number, activation: Case['activation']): number {
  return activation === 'tanh' ? Math.tanh(value) : activation === 'relu' ? Math.max(0, value) : value;
}

/** What a page reports. */
type Report = { readonly skipped: string } | { readonly error: string } | { readonly outputs: number[][] };

let expectations: ReturnType<typeof expected>[] | undefined;

function compare(outputs: readonly number[][]): void {
  expectations ??= cases.map(expected);
  expectations.forEach(({ out, error }, c) => {
    const one = cases[c];
    expect(outputs[c].length, one.name).toBe(out.length);
    let worst = 0;
    out.forEach((entry, i) => {
      const ratio = Math.abs(outputs[c][i] - entry) / error[i];
      if (!(ratio <= worst)) worst = ratio;
    });
    expect(worst, one.name).toBeLessThan(1);
  });
}

describe('the population on a graphics processor', () => {
  test('refuses before it touches the device', () => {
    const device = { limits: { maxStorageBufferBindingSize: 1000, maxBufferSize: 1000 } } as GPUDevice;
    const layer = (rows: number, cols: number) => ({
      rows,
      cols,
      weights: new Float64Array(rows * cols),
      bias: new Float64Array(rows),
    });
    const make =
      (layers: AffineLayer[], more: object = {}) =>
      () =>
        new WebGpuPopulation(device, layers, { population: 4, rank: 1, seed: 1, ...more });
    expect(make([])).toThrow(InvalidInputError);
    expect(make([layer(2, 3)], { rank: 0 })).toThrow(/rank/);
    expect(make([layer(2, 3)], { population: 3 })).toThrow(/population/);
    expect(make([layer(2, 3)], { activation: 'sine' })).toThrow(/activation/);
    expect(make([layer(2, 3), layer(2, 3)])).toThrow(/layers\[1\].*takes 3 numbers, but the previous layer gives 2/);
    expect(make([layer(20, 30)])).toThrow(/the device gives 1000/);
    expect(make([{ ...layer(2, 3), bias: new Float64Array(3) }])).toThrow(/layers\[0\]\.bias/);
  });

  test.for([
    ['Chromium', inChromium],
    ['Node, by Dawn', inNode],
  ] as const)(
    'gives in %s, on a software adapter, what double precision gives',
    { timeout: 60_000 },
    async ([, run], context) => {
      const report = await run();
      if ('skipped' in report) context.skip(report.skipped);
      expect(report).not.toHaveProperty('error');
      if ('outputs' in report) compare(report.outputs);
    },
  );
});

/** The part of a program that has an adapter, and tells `report`. */
const PROGRAM = `
  ${network}
  ${onDevice}
  if (!adapter) report({ skipped: 'no adapter was found' });
  else {
    const device = await adapter.requestDevice();
    const outputs = [];
    for (const one of ${JSON.stringify(cases)})
      outputs.push(await onDevice(device, one, WebGpuPopulation, Random, network));
    report({ outputs });
  }`;

const PAGE = `<!doctype html>
<script type="module">
  const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) });
  addEventListener('error', ({ message }) => report({ error: message }));
  addEventListener('unhandledrejection', ({ reason }) => report({ error: String(reason) }));
  const { WebGpuPopulation } = await import('/blackbox/src/webgpu.ts');
  const { Random } = await import('/core/dist/index.js');
  const adapter = await navigator.gpu?.requestAdapter();
  ${PROGRAM}
</script>`;

/** Opens the page and waits for what it reports. */
async function inChromium(): Promise<Report> {
  if (!existsSync(CHROMIUM)) return { skipped: `there is no ${CHROMIUM}` };
  const { promise, resolve } = Promise.withResolvers<Report>();
  const server = createServer(async (request, response) => {
    const { url = '/' } = request;
    if (request.method === 'POST') resolve(JSON.parse(await bodyOf(request)));
    response.setHeader('Content-Type', /\.[jt]s$/.test(url) ? 'text/javascript' : 'text/html');
    response.end(/\.[jt]s$/.test(url) ? await script(url) : PAGE);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const adapter = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  const flags = ['--headless', '--no-sandbox', ...adapter, `--user-data-dir=${profile}`];
  const browser = spawn(CHROMIUM, [...flags, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
  browser.once('exit', (code) => resolve({ error: `Chromium ended with ${code}` }));
  try {
    return await promise;
  } finally {
    const exited = new Promise((end) => browser.once('exit', end));
    if (browser.kill()) await exited;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs the program in Node, with Dawn on the software driver that Chromium brings along, if there is no other. */
async function inNode(): Promise<Report> {
  const driver = process.env['VK_ICD_FILENAMES'] ?? '/usr/lib/chromium/vk_swiftshader_icd.json';
  const env = { ...process.env, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: dirname(driver) };
  const program = `
    import { writeSync } from 'node:fs';
    import { create } from '${import.meta.resolve('webgpu')}';
    import { Random } from '@infimum/core';
    import { WebGpuPopulation } from './src/webgpu.ts';
    const report = (value) => {
      for (let rest = Buffer.from(JSON.stringify(value)); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
      process.exit(0);
    };
    // Devices end with it.
    const gpu = (globalThis.gpu = create([]));
    const adapter = await gpu.requestAdapter();
    ${PROGRAM}`;
  const cwd = join(PACKAGES, 'blackbox');
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [printed, complaint] = ['', ''];
  node.stdout.on('data', (data) => (printed += data));
  node.stderr.on('data', (data) => (complaint += data));
  const code = await new Promise((resolve) => node.once('close', resolve));
  return printed === '' ? { error: `Node ended with ${code}: ${complaint}` } : JSON.parse(printed);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** A module of a package: sources without their types, dependencies by address, as a bundler would have them. */
async function script(url: string): Promise<string> {
  const source = await readFile(join(PACKAGES, url), 'utf8');
  const plain = url.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
  return plain.replace(/from '@infimum\/core'/g, "from '/core/dist/index.js'");
}
