// A network of two inputs, the steepness of its graph, and a bound of it that tightens as the square is cut into boxes.
import { mulberry32 } from '@infimum/core/reference-generators';
import type { Network } from '@infimum/verify';
import { denseNetwork, localLipschitz, networkGradient } from '@infimum/verify';

/** The square that the bound is for, as [-1, 1]². */
const REACH = 1;

/** A box of the square and the proven bound of the network in it. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** An upper bound of the gradient's sum of magnitudes in the box. */
  readonly bound: number;
  /** The cut by which the box came to be, and the one by which it was cut itself. */
  readonly born: number;
  cut: number;
}

/** Dense layers of He-normal weights: 2 inputs, two hidden layers, 1 output. */
export function network(width: number, seed: number): Network {
  const uniform = mulberry32(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const dims = [2, width, width, 1];
  const weights = dims
    .slice(1)
    .map((rows, k) => Float64Array.from({ length: rows * dims[k] }, () => normal() * Math.sqrt(2 / dims[k])));
  return denseNetwork(
    weights,
    dims.slice(1).map((rows) => Float64Array.from({ length: rows }, () => 0.4 * normal())),
  );
}

/** The sum of the gradient's magnitudes at the middle of every pixel of a row of the square, counted from above. */
export function steepness(net: Network, pixels: number, row: number): Float64Array {
  const place = (k: number) => REACH * ((2 * (k + 0.5)) / pixels - 1);
  return Float64Array.from({ length: pixels }, (_, column) => {
    const [a, b] = networkGradient(net, Float64Array.of(place(column), -place(row)), 0);
    return Math.abs(a) + Math.abs(b);
  });
}

/** Branch and bound by boxes: the one with the largest bound is halved along its longer side, again and again. */
export class BoxSearch {
  readonly network: Network;
  readonly boxes: Box[] = [];
  /** The bound after every cut; the first entry is that of the whole square. */
  readonly bounds: number[] = [];

  constructor(net: Network) {
    this.network = net;
    this.#add(Float64Array.of(-REACH, -REACH), Float64Array.of(REACH, REACH), Infinity);
    this.bounds.push(this.boxes[0].bound);
  }

  get cuts(): number {
    return this.bounds.length - 1;
  }

  /** One cut. */
  step(): void {
    const worst = this.#worst();
    worst.cut = this.cuts + 1;
    const { lower, upper, bound } = worst;
    const axis = upper[0] - lower[0] >= upper[1] - lower[1] ? 0 : 1;
    const middle = (lower[axis] + upper[axis]) / 2;
    this.#add(lower, upper.with(axis, middle) as Float64Array, bound);
    this.#add(lower.with(axis, middle) as Float64Array, upper, bound);
    this.bounds.push(this.#worst().bound);
  }

  /** The boxes after so many cuts. */
  after(cuts: number): Box[] {
    return this.boxes.filter(({ born, cut }) => born <= cuts && cut > cuts);
  }

  #worst(): Box {
    return this.boxes.reduce((worst, box) =>
      box.cut === Infinity && (worst.cut !== Infinity || box.bound > worst.bound) ? box : worst,
    );
  }

  #add(lower: Float64Array, upper: Float64Array, parent: number): void {
    const { bound } = localLipschitz({ network: this.network, region: { lower, upper } });
    const born = this.boxes.length === 0 ? 0 : this.cuts + 1;
    // A bound of the larger box also holds in its halves.
    this.boxes.push({ lower, upper, bound: Math.min(bound, parent), born, cut: Infinity });
  }
}
