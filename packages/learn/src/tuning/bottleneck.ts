// A bottleneck adapter behind a layer: a projection to few numbers, the Gaussian unit and a projection back, added to the input.
//
// N. Houlsby et al.: Parameter-efficient transfer learning for NLP (2019), arXiv 1902.00751; with the unit of the authors' code.
import { checkMatrix, checkObject, checkVector, fault, Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { addRow, addSumOfRows, multiplyInto } from './products.ts';
import { gelu, geluBack } from './transformer-pass.ts';

/** A map x W + b. */
export interface AffineMap {
  /** W, inputs x outputs. */
  readonly weights: DenseMatrix;
  /** b, as many as there are outputs. */
  readonly bias: Float64Array;
}

/** An adapter y + gelu(y D + d) U + u. */
export interface Bottleneck {
  /** D, as wide as the layer x the bottleneck, and d. */
  readonly down: AffineMap;
  /** U, the bottleneck x as wide as the layer, and u. */
  readonly up: AffineMap;
}

/** An adapter with almost no effect at first: weights normal of deviation 0.01, none beyond two of them, biases zero. */
export function freshBottleneck(width: number, inner: number, seed: number): Bottleneck {
  const random = new Random(seed);
  const draw = (): number => {
    for (;;) {
      const z = random.normal();
      if (Math.abs(z) <= 2) return 0.01 * z;
    }
  };
  const map = (rows: number, cols: number): AffineMap => ({
    weights: { rows, cols, values: Float64Array.from({ length: rows * cols }, draw) },
    bias: new Float64Array(cols),
  });
  return { down: map(width, inner), up: map(inner, width) };
}

/** The trainable arrays: D, d, U, u. */
export function numbersOf({ down, up }: Bottleneck): readonly Float64Array[] {
  return [down, up].flatMap(({ weights, bias }) => [weights.values as Float64Array, bias]);
}

/** A copy of a map. */
export function copyMap({ weights, bias }: AffineMap): AffineMap {
  return { weights: { ...weights, values: Float64Array.from(weights.values) }, bias: bias.slice() };
}

/** A copy of an adapter. */
export function copyBottleneck({ down, up }: Bottleneck): Bottleneck {
  return { down: copyMap(down), up: copyMap(up) };
}

/** y <- y + gelu(y D + d) U + u for `tokens` rows of y. */
export function applyBottleneck({ down, up }: Bottleneck, y: Float64Array, tokens: number): void {
  const units = applyMap(down, y, tokens);
  gelu(units, units);
  const { rows, cols, values } = up.weights;
  multiplyInto(y, [tokens, rows, cols], units, values as Float64Array, 'neither', true);
  addRow(y, tokens, up.bias);
}

/** The gradient of y from that of the output of `applyBottleneck`; adds those of D, d, U and u if requested. */
export function bottleneckBack(
  { down, up }: Bottleneck,
  y: Float64Array,
  gradient: Float64Array,
  tokens: number,
  own?: readonly Float64Array[],
): Float64Array {
  const { rows: width, cols: inner } = down.weights;
  const raised = applyMap(down, y, tokens);
  const ofRaised = new Float64Array(raised.length);
  multiplyInto(ofRaised, [tokens, width, inner], gradient, up.weights.values as Float64Array, 'right');
  geluBack(raised, ofRaised, ofRaised);
  if (own) {
    const [ofDown, ofDownBias, ofUp, ofUpBias] = own;
    gelu(raised, raised);
    multiplyInto(ofUp, [inner, tokens, width], raised, gradient, 'left', true);
    addSumOfRows(gradient, tokens, ofUpBias);
    multiplyInto(ofDown, [width, tokens, inner], y, ofRaised, 'left', true);
    addSumOfRows(ofRaised, tokens, ofDownBias);
  }
  const ofInput = gradient.slice(0, tokens * width);
  multiplyInto(ofInput, [tokens, inner, width], ofRaised, down.weights.values as Float64Array, 'right', true);
  return ofInput;
}

/** x W + b for `tokens` rows of x. */
export function applyMap({ weights, bias }: AffineMap, x: Float64Array, tokens: number): Float64Array {
  const { rows, cols, values } = weights;
  const out = new Float64Array(tokens * cols);
  multiplyInto(out, [tokens, rows, cols], x, values as Float64Array);
  addRow(out, tokens, bias);
  return out;
}

/**
 * Checks the adapter of a layer of so many outputs, where there is one.
 *
 * @throws {InvalidInputError} naming the part
 */
export function checkBottleneck(adapter: unknown, argument: string, width: number): void {
  if (adapter === undefined) return;
  checkObject(adapter, argument);
  const { down, up } = adapter as unknown as Bottleneck;
  checkObject(down, `${argument}.down`);
  checkMatrix(down.weights, `${argument}.down.weights`);
  const inner = down.weights.cols;
  checkVector(down.bias, `${argument}.down.bias`, inner);
  checkObject(up, `${argument}.up`);
  checkMatrix(up.weights, `${argument}.up.weights`);
  checkVector(up.bias, `${argument}.up.bias`, width);
  const fit = (name: string, { rows, cols }: DenseMatrix, expected: readonly [number, number]): void => {
    if (rows === expected[0] && cols === expected[1]) return;
    throw fault(`expected ${expected.join('x')} weights, got ${rows}x${cols}`, `${argument}.${name}.weights`, 'shape');
  };
  fit('down', down.weights, [width, inner]);
  fit('up', up.weights, [inner, width]);
}
