// Pictures that a person ranks: a flower of eight parameters in [0, 1], drawn from them alone.
import { Random } from '@infimum/core';

/** The drawing surface. */
export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Names of the parameters, in order. */
const traits = [
  'petals',
  'petal length',
  'petal width',
  'petal colour',
  'second petal colour',
  'centre size',
  'centre colour',
  'background colour',
] as const;

/** The start of a session: the middle of all parameters. */
export const middle = (): Float64Array => new Float64Array(traits.length).fill(0.5);

/** A parameter beyond [0, 1] is reflected. */
export function folded(x: number): number {
  const turn = Math.abs(x) % 2;
  return turn > 1 ? 2 - turn : turn;
}

/** What is drawn: numbers of a flower, from its parameters. */
export function flowerOf(point: ArrayLike<number>) {
  const [count, length, width, hue, second, core, coreHue, ground] = Array.from(point, folded);
  const angle = (part: number) => Math.round(360 * part);
  return {
    petals: 4 + Math.round(10 * count),
    length: 0.2 + 0.26 * length,
    width: 0.04 + 0.14 * width,
    petal: `hsl(${angle(hue)} 75% 55%)`,
    tip: `hsl(${angle(second)} 80% 70%)`,
    core: 0.05 + 0.13 * core,
    middle: `hsl(${angle(coreHue)} 85% 50%)`,
    ground: `hsl(${angle(ground)} 45% 88%)`,
  };
}

/** Draws a flower. */
export function drawFlower(point: ArrayLike<number>, { context, width, height }: Canvas): void {
  const flower = flowerOf(point);
  const size = Math.min(width, height);
  context.fillStyle = flower.ground;
  context.fillRect(0, 0, width, height);
  context.save();
  context.translate(width / 2, height / 2);
  for (let k = 0; k < flower.petals; k++) {
    context.save();
    context.rotate((2 * Math.PI * k) / flower.petals);
    for (const [share, color] of [
      [1, flower.petal],
      [0.6, flower.tip],
    ] as const) {
      context.fillStyle = color;
      context.beginPath();
      context.ellipse(
        0,
        -flower.length * size * 0.55,
        flower.width * size * share,
        flower.length * size * 0.5 * share,
        0,
        0,
        2 * Math.PI,
      );
      context.fill();
    }
    context.restore();
  }
  context.fillStyle = flower.middle;
  context.beginPath();
  context.arc(0, 0, flower.core * size, 0, 2 * Math.PI);
  context.fill();
  context.restore();
}

/** The distance of two flowers: the root mean square over the parameters. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < traits.length; j++) sum += (folded(a[j]) - folded(b[j])) ** 2;
  return Math.sqrt(sum / traits.length);
}

/** A simulated judge with a target flower, for a demonstration: the points from the nearest on. */
export function rankedBy(wanted: ArrayLike<number>, points: readonly ArrayLike<number>[], need: number): number[] {
  return [...points.keys()].sort((i, j) => distance(points[i], wanted) - distance(points[j], wanted)).slice(0, need);
}

/** A random target flower. */
export function someFlower(seed: number): Float64Array {
  return new Random(seed, 0x666c).uniforms(new Float64Array(traits.length));
}

/** Sizes that suit eight parameters in [0, 1] and a patient person. */
export const sessionOptions = {
  variant: 'line-search',
  population: 6,
  topK: 3,
  candidates: 5,
  includesBest: true,
  smoothingRadius: 0.25,
  stepSize: 0.5,
  lineSearchRatio: 0.5,
} as const;
