// Point clouds in the unit square, y downwards: along strokes, in the ink of a digit, or a blob.
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

type Point = readonly [x: number, y: number];

/** Shapes drawn by strokes, each a line through its points. */
const STROKES = {
  Ring: [curve((t) => [0.5 + 0.36 * Math.cos(2 * Math.PI * t), 0.5 + 0.36 * Math.sin(2 * Math.PI * t)])],
  Loop: [
    curve((t) => [0.5 + 0.4 * Math.sin(2 * Math.PI * t), 0.5 + 0.5 * Math.sin(2 * Math.PI * t) * Math.cos(2 * Math.PI * t)]),
  ],
  Spiral: [curve((t) => [0.5 + 0.4 * t * Math.cos(4.5 * Math.PI * t), 0.5 + 0.4 * t * Math.sin(4.5 * Math.PI * t)])],
  'Letter A': [
    [
      [0.2, 0.88],
      [0.5, 0.12],
      [0.8, 0.88],
    ],
    [
      [0.31, 0.6],
      [0.69, 0.6],
    ],
  ],
  'Letter M': [
    [
      [0.17, 0.88],
      [0.2, 0.12],
      [0.5, 0.62],
      [0.8, 0.12],
      [0.83, 0.88],
    ],
  ],
} satisfies Record<string, readonly (readonly Point[])[]>;

/** Digits by their names. */
const DIGITS = { 'Digit 2': 2, 'Digit 5': 5, 'Digit 8': 8 };
const SIDE = 28;
const SAMPLES_PER_CLASS = 20;

/** Width of the pen, as a standard deviation. */
const PEN = 0.01;

/** The name of a shape. */
export type Shape = 'Blob' | keyof typeof STROKES | keyof typeof DIGITS;

/** All shapes. */
export const shapes = ['Blob', ...Object.keys(STROKES), ...Object.keys(DIGITS)] as Shape[];

/** Random points of a shape, a row each. */
export async function cloudOf(shape: Shape, count: number, seed: number): Promise<DenseMatrix> {
  const random = new Random(seed);
  const draw = await pen(shape);
  const points = Array.from({ length: count }, () => draw(random));
  return { rows: count, cols: 2, values: Float64Array.from(points.flat()) };
}

/** A function that adds one point after the other. */
async function pen(shape: Shape): Promise<(random: Random) => Point> {
  if (shape === 'Blob') return (random) => [0.5 + 0.07 * random.normal(), 0.5 + 0.07 * random.normal()];
  if (shape in STROKES) return alongStrokes(STROKES[shape as keyof typeof STROKES]);
  const { images } = (await import('@infimum/datasets/digits-28')).loadDigits28();
  const start = DIGITS[shape as keyof typeof DIGITS] * SAMPLES_PER_CLASS * SIDE ** 2;
  return inInk(images.values.subarray(start, start + SIDE ** 2));
}

/** Points spread evenly over the length of all strokes. */
function alongStrokes(strokes: readonly (readonly Point[])[]): (random: Random) => Point {
  const parts = strokes.flatMap((stroke) => stroke.slice(1).map((to, k) => ({ from: stroke[k], to })));
  const at = chooser(parts.map(({ from, to }) => Math.hypot(to[0] - from[0], to[1] - from[1])));
  return (random) => {
    const { from, to } = parts[at(random)];
    const t = random.uniform();
    const place = (axis: 0 | 1) => from[axis] + t * (to[axis] - from[axis]) + PEN * random.normal();
    return [place(0), place(1)];
  };
}

/** Points in pixels with probability proportional to their darkness; the digit fills the square, without its margin. */
function inInk(image: Float64Array): (random: Random) => Point {
  const at = chooser(Array.from(image));
  const margin = 3;
  const scaled = (pixel: number) => (pixel - margin) / (SIDE - 2 * margin);
  return (random) => {
    const pixel = at(random);
    return [scaled((pixel % SIDE) + random.uniform()), scaled(Math.floor(pixel / SIDE) + random.uniform())];
  };
}

/** Indices in proportion to their weights. */
function chooser(weights: readonly number[]): (random: Random) => number {
  let sum = 0;
  const upTo = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  return (random) => {
    const place = random.uniform() * sum;
    return upTo.findIndex((end) => place < end);
  };
}

function curve(at: (t: number) => Point): Point[] {
  return Array.from({ length: 101 }, (_, k) => at(k / 100));
}
