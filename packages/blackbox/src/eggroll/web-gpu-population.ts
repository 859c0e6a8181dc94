// The population of `LowRankPopulation` on a graphics processor: whole networks forward, for all members at once, with the noise drawn
// in the shader. It returns outputs in single precision, from which fitness is computed; updates are still made in exact arithmetic on the
// CPU.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { checkChoice, checkInteger, checkList, checkNumber, checkObject, checkVector, fault } from '@infimum/core';
import type { AffineLayer, LowRankPopulationOptions } from './low-rank-population.ts';
import { LAYER_BYTES, lowRankShader, TILE } from './low-rank-shader.ts';

/** The activations after a layer, in the order of the shader's numbers. */
const ACTIVATIONS = ['none', 'tanh', 'relu'] as const;

/** Settings of a population, and its activation. */
export interface WebGpuPopulationOptions extends LowRankPopulationOptions {
  /** What is applied to the outputs of every layer but the last: `tanh` by default. */
  readonly activation?: (typeof ACTIVATIONS)[number];
}

/** Bits of WebGPU's usages and stages, which have no global names in Node. */
const USAGE = { read: 1, source: 4, target: 8, uniform: 64, storage: 128 } as const;
const COMPUTE = 4;
const MAP_READ = 1;
/** Members at a time: the number of groups that every device allows in one dimension. */
const MEMBERS_AT_A_TIME = 65_535;

/** A layer and its place on the device. */
interface GpuLayer {
  readonly settings: GPUBuffer;
  readonly parameters: GPUBuffer;
  readonly words: ArrayBuffer;
}

/**
 * The members W + s sigma A B' / sqrt(r) of a `LowRankPopulation` with the same settings, on a `GPUDevice` of a browser, or of Dawn in
 * Node. Noise comes from the same random integers; outputs differ from those in double precision by at most 1e-6 of the sum of the sizes
 * of their terms, |W| |x| + |b| + sigma (|E| |x| + |e|), a layer. The noise is not stored: memory is that of the weights and of the inputs
 * and outputs.
 *
 * A replica that updates its weights by `LowRankPopulation` from fitness computed elsewhere, on any device, has the same weights bit for
 * bit: only scalars are exchanged.
 *
 * Source: Evolution strategies at the hyperscale, arXiv 2511.16652.
 *
 * @example
 * ```ts
 * import { WebGpuPopulation } from '@infimum/blackbox/webgpu';
 *
 * const layer = { rows: 2, cols: 3, weights: new Float64Array(6), bias: new Float64Array(2) };
 * const device = await (await navigator.gpu?.requestAdapter())?.requestDevice();
 * let isMirrored = true;
 * if (device) {
 *   using population = new WebGpuPopulation(device, [layer], { population: 4, rank: 1, seed: 1 });
 *   population.begin(0);
 *   const out = await population.forward(new Float32Array(12).fill(1), Int32Array.of(0, 1, 2, 3), 0.1);
 *   isMirrored = out[0] === -out[2];
 * }
 * console.log(isMirrored); // true
 * ```
 */
export class WebGpuPopulation {
  /** The layers in the middle of the population. */
  readonly layers: readonly AffineLayer[];
  readonly #device: GPUDevice;
  readonly #settings: WebGpuPopulationOptions;
  readonly #pipelines: Readonly<Record<'project' | 'map', GPUComputePipeline>>;
  readonly #bindings: GPUBindGroupLayout;
  readonly #gpuLayers: readonly GpuLayer[];
  readonly #atATime: number;
  #buffers: { readonly room: number; readonly all: readonly GPUBuffer[] } = { room: 0, all: [] };
  #step = -1;

  /**
   * @param device - of `navigator.gpu`, or of the package `webgpu` in Node
   * @param layers - the inputs of each are the outputs of the one before
   * @throws {InvalidInputError} for numbers out of range, layers that do not fit each other, or exceed the device's limits
   */
  constructor(device: GPUDevice, layers: readonly AffineLayer[], options: WebGpuPopulationOptions) {
    checkObject(device, 'device');
    checkList(layers, 'layers');
    checkInteger(layers.length, 'layers.length', { min: 1 });
    checkObject(options, 'settings');
    checkInteger(options.population, 'population', { min: 2, max: 2 ** 31 - 2 });
    checkInteger(options.population / 2, 'population / 2', { min: 1 });
    checkInteger(options.rank, 'rank', { min: 1, max: 65_535 });
    checkInteger(options.seed, 'seed', { min: 0 });
    checkChoice(options.activation ?? 'tanh', 'activation', ACTIVATIONS);
    const room = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
    for (let l = 0; l < layers.length; l++) checkLayer(layers[l], l, layers[l - 1], options.rank, room);
    this.layers = layers;
    this.#device = device;
    this.#settings = options;
    const widest = Math.max(options.rank, ...layers.map(({ rows, cols }) => Math.max(rows, cols)));
    this.#atATime = Math.min(MEMBERS_AT_A_TIME, Math.floor(room / (4 * widest)));
    checkInteger(this.#atATime, 'members that the device holds', { min: 1 });
    const visibility = COMPUTE;
    this.#bindings = device.createBindGroupLayout({
      entries: (['uniform', 'read-only-storage', 'read-only-storage', 'read-only-storage', 'storage', 'storage'] as const).map(
        (type, binding) => ({ binding, visibility, buffer: { type } }),
      ),
    });
    const module = device.createShaderModule({ code: lowRankShader });
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.#bindings] });
    const pipeline = (entryPoint: string) => device.createComputePipeline({ layout, compute: { module, entryPoint } });
    this.#pipelines = { project: pipeline('project'), map: pipeline('map') };
    this.#gpuLayers = layers.map(({ rows, cols }) => ({
      settings: device.createBuffer({ size: LAYER_BYTES, usage: USAGE.uniform | USAGE.target }),
      parameters: device.createBuffer({ size: 4 * rows * (cols + 1), usage: USAGE.storage | USAGE.target }),
      words: new ArrayBuffer(LAYER_BYTES),
    }));
  }

  /** Selects the noise of a step, and copies the current weights. */
  begin(step: number): void {
    checkInteger(step, 'step', { min: 0, max: 2 ** 32 - 1 });
    this.#step = step;
    this.layers.forEach(({ weights, bias }, l) => {
      const parameters = new Float32Array(weights.length + bias.length);
      parameters.set(weights);
      parameters.set(bias, weights.length);
      this.#device.queue.writeBuffer(this.#gpuLayers[l].parameters, 0, parameters);
    });
  }

  /**
   * Sends the input of every member through its network. O(rows cols + r (rows + cols)) a layer and member; every output draws r + 1 numbers,
   * which members of a pair share if they stand side by side.
   *
   * @param x - inputs, one member after the other
   * @param members - numbers of the members that the inputs are of; -1 is the unperturbed one
   * @param sigma - deviation of the perturbations
   * @returns the outputs of the last layer, one member after the other
   * @throws {InvalidInputError} for wrong shapes, members that do not exist, numbers that are not finite, or before `begin`
   */
  async forward(x: Float32Array | Float64Array, members: Int32Array, sigma: number): Promise<Float32Array> {
    const [{ cols }, { rows }] = [this.layers[0], this.layers[this.layers.length - 1]];
    if (this.#step < 0) throw fault('call begin first', 'step', 'missing');
    checkMembers(members, this.#settings.population);
    checkNumber(sigma, 'sigma', { min: 0 });
    const out = new Float32Array(members.length * rows);
    if (members.length === 0) return out;
    checkVector(x, 'x', members.length * cols);
    const inputs = x instanceof Float32Array ? x : Float32Array.from(x);
    for (let first = 0; first < members.length; first += this.#atATime) {
      const end = Math.min(members.length, first + this.#atATime);
      const part = inputs.subarray(first * cols, end * cols);
      out.set(await this.#forwardPart(part, members.subarray(first, end), sigma), first * rows);
    }
    return out;
  }

  /** Frees the device's memory. */
  [Symbol.dispose](): void {
    for (const { settings, parameters } of this.#gpuLayers) {
      settings.destroy();
      parameters.destroy();
    }
    for (const buffer of this.#buffers.all) buffer.destroy();
    this.#buffers = { room: 0, all: [] };
  }

  async #forwardPart(x: Float32Array, members: Int32Array, sigma: number): Promise<Float32Array> {
    const { queue } = this.#device;
    const count = members.length;
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    const [names, projected, ...states] = this.#room(count);
    queue.writeBuffer(names, 0, copyOf(members));
    queue.writeBuffer(states[0], 0, copyOf(x));
    const encoder = this.#device.createCommandEncoder();
    this.layers.forEach((layer, l) => {
      this.#tell(l, count, sigma);
      const { settings, parameters } = this.#gpuLayers[l];
      const buffers = [settings, names, parameters, states[l % 2], projected, states[(l + 1) % 2]];
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      const pass = encoder.beginComputePass();
      pass.setBindGroup(0, this.#device.createBindGroup({ layout: this.#bindings, entries }));
      pass.setPipeline(this.#pipelines.project);
      pass.dispatchWorkgroups(this.#settings.rank, count);
      pass.setPipeline(this.#pipelines.map);
      pass.dispatchWorkgroups(Math.ceil(layer.rows / TILE), Math.ceil(count / TILE));
      pass.end();
    });
    const size = 4 * count * this.layers[this.layers.length - 1].rows;
    const answer = this.#device.createBuffer({ size, usage: USAGE.target | USAGE.read });
    encoder.copyBufferToBuffer(states[this.layers.length % 2], 0, answer, 0, size);
    queue.submit([encoder.finish()]);
    const errors = await Promise.all([this.#device.popErrorScope(), this.#device.popErrorScope()]);
    const error = errors.find((entry) => entry !== null);
    if (error) throw new Error(`the device refuses: ${error.message}`);
    try {
      await answer.mapAsync(MAP_READ);
      return new Float32Array(answer.getMappedRange()).slice();
    } finally {
      answer.destroy();
    }
  }

  /** Writes the shader's parameters of a layer. */
  #tell(l: number, count: number, sigma: number): void {
    const { rows, cols } = this.layers[l];
    const { rank, seed, activation = 'tanh' } = this.#settings;
    const { words, settings } = this.#gpuLayers[l];
    const isLast = l + 1 === this.layers.length;
    const left = cols * rank;
    const key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    const kind = isLast ? 0 : ACTIVATIONS.indexOf(activation);
    new Uint32Array(words).set([rows, cols, rank, count, l, this.#step, ...key, left, left + rows * rank, kind]);
    new Float32Array(words, 48).set([sigma, sigma / Math.sqrt(rank)]);
    this.#device.queue.writeBuffer(settings, 0, words);
  }

  /** Buffers for the names of so many members, their projections, and two for the values between layers. */
  #room(count: number): readonly GPUBuffer[] {
    if (count <= this.#buffers.room) return this.#buffers.all;
    for (const buffer of this.#buffers.all) buffer.destroy();
    const widest = Math.max(...this.layers.map(({ rows, cols }) => Math.max(rows, cols)));
    const all = [1, this.#settings.rank, widest, widest].map((width) =>
      this.#device.createBuffer({ size: 4 * count * width, usage: USAGE.storage | USAGE.target | USAGE.source }),
    );
    this.#buffers = { room: count, all };
    return all;
  }
}

/** A copy in memory that no other thread writes to, as devices require. */
const copyOf = <A extends Float32Array | Int32Array>(array: A) => array.slice();

function checkLayer(layer: AffineLayer, l: number, before: AffineLayer | undefined, rank: number, room: number): void {
  const argument = `layers[${l}]`;
  checkObject(layer, argument);
  const { rows, cols, weights, bias } = layer;
  checkInteger(rows, `${argument}.rows`, { min: 1 });
  checkInteger(cols, `${argument}.cols`, { min: 1 });
  checkVector(weights, `${argument}.weights`, rows * cols);
  checkVector(bias, `${argument}.bias`, rows);
  if (before && before.rows !== cols) {
    throw fault(`takes ${cols} numbers, but the previous layer gives ${before.rows}`, argument, 'shape');
  }
  if (4 * rows * (cols + 1) > room || rank * (rows + cols) + rows > 2 ** 32 - 16) {
    const problem = `needs ${4 * rows * (cols + 1)} bytes, the device gives ${room}: ask for higher limits`;
    throw fault(problem, argument, 'out-of-range');
  }
}

function checkMembers(members: Int32Array, population: number): void {
  if (!(members instanceof Int32Array)) throw fault('expected an Int32Array', 'members', 'type');
  const index = members.findIndex((member) => member < -1 || member >= population);
  if (index < 0) return;
  throw fault(`there is no member ${members[index]}`, 'members', 'out-of-range', index);
}
