// Convolution and pooling of images, tensors of images x channels x height x width: patches are laid out as columns of
// matrices, so that a convolution is a product of matrices on the kernels.
//
// K. Chellapilla, S. Puri, P. Simard: High performance convolutional neural networks for document processing (2006).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, fault, resolveOptions } from '@infimum/core';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, tensorOf } from '../expressions/tensor.ts';
import { matmul } from './matmul.ts';
import { max, mean } from './reductions.ts';
import { reshape } from './shapes.ts';

/** A number for both directions, or one for down and one for across. */
export type Pair = number | readonly [down: number, across: number];

function checkPair(value: unknown, argument: string, min: number): asserts value is Pair {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length !== 2) throw fault(`must have one or two numbers, has ${pair.length}`, argument, 'shape');
  for (const each of pair) checkInteger(each, argument, { min });
}

function checkStride(value: unknown, argument: string): asserts value is Pair {
  checkPair(value, argument, 1);
}

function checkPadding(value: unknown, argument: string): asserts value is Pair {
  checkPair(value, argument, 0);
}

const pairOf = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value);

const convolutionOptions = {
  stride: {
    type: 'value',
    check: checkStride,
    description: 'Entries from one patch to the next, a number or [down, across]; 1 by default',
  },
  padding: {
    type: 'value',
    check: checkPadding,
    description: 'Zeros around the image, a number or [down, across]; none by default',
  },
} as const satisfies OptionSpecs;

const poolingOptions = {
  stride: {
    type: 'value',
    check: checkStride,
    description: 'Entries from one window to the next, a number or [down, across]; the window by default',
  },
} as const satisfies OptionSpecs;

/** How `convolution` walks over an image. */
export type ConvolutionOptions = OptionsOf<typeof convolutionOptions>;

/** How `maxPool` and `averagePool` walk over an image. */
export type MaxPoolOptions = OptionsOf<typeof poolingOptions>;

/** Where patches lie. */
interface Patches {
  readonly image: readonly [images: number, channels: number, height: number, width: number];
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  /** How many there are, down and across. */
  readonly count: readonly [number, number];
}

function patchesOf(x: Tensor, window: readonly [number, number], stride: Pair, padding: Pair): Patches {
  if (x.shape.length !== 4) {
    throw fault(`must be images x channels x height x width, has the shape ${describeShape(x.shape)}`, 'x', 'shape');
  }
  const image = x.shape as unknown as Patches['image'];
  const [steps, around] = [pairOf(stride), pairOf(padding)];
  const [down, across] = [0, 1].map((k) => Math.floor((image[2 + k] + 2 * around[k] - window[k]) / steps[k]) + 1);
  if (down < 1 || across < 1) {
    throw fault(`of ${window[0]} x ${window[1]} is larger than the image of ${describeShape(x.shape)}`, 'window', 'shape');
  }
  return { image, window, stride: steps, padding: around, count: [down, across] };
}

/** Calls `visit` for every run of places of a patch matrix: entry `at` of it is entry `from` of the image, in steps. */
function walk(patches: Patches, visit: (at: number, from: number, step: number, length: number) => void): void {
  const { image, window, stride, padding, count } = patches;
  const [images, channels, height, width] = image;
  const [down, across] = count;
  for (let plane = 0, row = 0; plane < images * channels; plane++) {
    for (let i = 0; i < window[0]; i++) {
      for (let j = 0; j < window[1]; j++, row++) {
        // Columns of the image that this entry of the window meets: those outside are zeros.
        const first = Math.max(0, Math.ceil((padding[1] - j) / stride[1]));
        const last = Math.min(across - 1, Math.floor((width - 1 + padding[1] - j) / stride[1]));
        for (let p = 0; p < down; p++) {
          const y = p * stride[0] + i - padding[0];
          if (y < 0 || y >= height || last < first) continue;
          const from = (plane * height + y) * width + first * stride[1] + j - padding[1];
          visit((row * down + p) * across + first, from, stride[1], last - first + 1);
        }
      }
    }
  }
}

/** Patches as columns: images x (channels times window) x patches. */
const patching = (patches: Patches): Operation => ({
  name: 'patches',
  reach: 'picks',
  prepare: (_, { inputs: [image], out }) => {
    const isPadded = patches.padding[0] > 0 || patches.padding[1] > 0;
    const copy = (at: number, from: number, step: number, length: number): void => {
      for (let k = 0; k < length; k++) out[at + k] = image[from + k * step];
    };
    return () => {
      if (isPadded) out.fill(0);
      walk(patches, copy);
    };
  },
  pullback: (_, gradient) => [tensorOf(patches.image, unpatching(patches), [gradient])],
});

/** The adjoint: every entry of a patch is added to where it came from. */
const unpatching = (patches: Patches): Operation => ({
  name: 'unpatch',
  reach: 'sums',
  prepare: (_, { inputs: [columns], out }) => {
    const addUp = (at: number, from: number, step: number, length: number): void => {
      for (let k = 0; k < length; k++) out[from + k * step] += columns[at + k];
    };
    return () => {
      out.fill(0);
      walk(patches, addUp);
    };
  },
  pullback: (_, gradient) => [columnsOf(gradient, patches)],
});

function columnsOf(x: Tensor, patches: Patches): Tensor {
  const { image, window, count } = patches;
  const shape = [image[0], image[1] * window[0] * window[1], count[0] * count[1]];
  return tensorOf(shape, patching(patches), [x]);
}

/**
 * The cross-correlation of images with kernels, which networks call convolution: out_nopq = sum_cij k_ocij x_nc(sp+i)(sq+j) for
 * the stride s.
 *
 * @param x - images x channels x height x width
 * @param kernels - outputs x channels x height x width
 * @param options - `stride` and `padding`, a number or [down, across]
 * @returns images x outputs x (height + 2 padding - kernel's height) / stride + 1, rounded down, x the same across
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { compile, constant, convolution, variable } from '@infimum/autodiff';
 *
 * const x = variable(1, 1, 3, 3);
 * const differences = constant([1, -1], [1, 1, 1, 2]);
 * const program = compile([convolution(x, differences)], [x]);
 * console.log(program.run([Float64Array.of(1, 2, 4, 0, 0, 5, 7, 7, 7)])[0].join(' ')); // -1 -2 0 -5 0 0
 * ```
 */
export function convolution(x: Tensor, kernels: Tensor, options: ConvolutionOptions = {}): Tensor {
  checkTensor(x, 'x');
  checkTensor(kernels, 'kernels');
  const { stride = 1, padding = 0 } = resolveOptions(convolutionOptions, options);
  if (kernels.shape.length !== 4 || kernels.shape[1] !== x.shape[1]) {
    const problem = `has the shape ${describeShape(kernels.shape)}, which does not fit images of ${describeShape(x.shape)}`;
    throw fault(problem, 'kernels', 'shape');
  }
  const [outputs, channels, height, width] = kernels.shape;
  const patches = patchesOf(x, [height, width], stride, padding);
  const rows = reshape(kernels, [outputs, channels * height * width]);
  return reshape(matmul(rows, columnsOf(x, patches)), [x.shape[0], outputs, ...patches.count]);
}

/** The windows of an image, images x channels x entries of the window x windows, and how many there are. */
function windowsOf(x: Tensor, window: Pair, options: MaxPoolOptions): [Tensor, readonly number[]] {
  checkTensor(x);
  checkStride(window, 'window');
  const { stride = window } = resolveOptions(poolingOptions, options);
  const [height, width] = pairOf(window);
  const patches = patchesOf(x, [height, width], stride, 0);
  const { image, count } = patches;
  const shape = [image[0], image[1], height * width, count[0] * count[1]];
  return [reshape(columnsOf(x, patches), shape), [image[0], image[1], ...count]];
}

/**
 * The largest entry of every window of an image, channel by channel; several largest ones share the gradient.
 *
 * @param x - images x channels x height x width
 * @param window - its size, a number or [down, across]
 * @param options - `stride`, the window by default: what does not fill one is left out
 * @throws {InvalidInputError} for a tensor of another rank, and a window that is larger than the image
 *
 * @example
 * ```ts
 * import { compile, maxPool, variable } from '@infimum/autodiff';
 *
 * const x = variable(1, 1, 2, 4);
 * const program = compile([maxPool(x, 2)], [x]);
 * console.log(program.run([Float64Array.of(1, 2, 3, 4, 5, 6, 0, 1)])[0].join(' ')); // 6 4
 * ```
 */
export function maxPool(x: Tensor, window: Pair, options: MaxPoolOptions = {}): Tensor {
  const [windows, shape] = windowsOf(x, window, options);
  return reshape(max(windows, 2), shape);
}

/**
 * The mean of every window of an image, channel by channel; as `maxPool`.
 *
 * @throws {InvalidInputError} as `maxPool`
 */
export function averagePool(x: Tensor, window: Pair, options: MaxPoolOptions = {}): Tensor {
  const [windows, shape] = windowsOf(x, window, options);
  return reshape(mean(windows, 2), shape);
}
