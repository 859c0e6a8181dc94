// Sums of Gaussian kernels over clouds of few dimensions in time O(n + m), to an accuracy that is chosen beforehand: masses are
// spread to Chebyshev nodes in boxes, kernels between nodes are products over the dimensions, and sums are read off at the
// points. The slope of a potential within a box is removed before and restored after, so that errors are relative to
// each sum and not to the largest one.
//
// W. Fong, E. Darve: The black-box fast multipole method (2009), for the nodes; L. Greengard, J. Strain: The fast Gauss
// transform (1991).
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';

/** Sides of boxes, in square roots of epsilon: a polynomial of degree 11 has errors of 1e-8 there, one of degree 15 of 3e-12. */
const SIDE = 1.5;
const NODES = 12;
const FINE_NODES = 16;
const FINE = 1e-7;

/** Costs that span more epsilons are beyond the range of numbers. */
const LARGEST_SPAN = 600;

const MOST_DIMENSIONS = 3;

/** Nodes that may be kept: 64 MB in all of them. */
const MOST_NODES = 4_000_000;

/** Sums over pairs leave out those at more than so many square roots of epsilon. */
const REACH = 5;

/** Masses by so much below the largest, in logarithms, say nothing of a mean. */
const FAR = 30;

/** How much longer a pair takes than a step on the nodes. */
const PAIR_COST = 4;

/** One cloud on the grid. */
interface Side {
  readonly rows: number;
  /** First node of every point. */
  readonly first: Int32Array;
  readonly box: Int32Array;
  /** Places in the boxes, from -1 to 1, three for every point. */
  readonly place: Float64Array;
  /** Values of the polynomials at every point, one dimension after the other. */
  readonly basis: Float64Array;
  readonly isFilled: Uint8Array;
  readonly points: DenseMatrix;
  /** How much its potential over epsilon, less the logarithm of the weight, rises from the middle of every box to its faces. */
  slopes: Float64Array | undefined;
}

/** Gaussian sums between two clouds. */
export class GaussGrid {
  readonly #p: number;
  readonly #half: number;
  readonly #low: Float64Array;
  readonly #epsilon: number;
  /** Nodes of a box and boxes, for each of three dimensions; those that there are not have one of each. */
  readonly #orders: number[];
  readonly #boxes: number[];
  readonly #nodes: Float64Array;
  readonly #kernels: Float64Array[];
  readonly #sides: readonly [Side, Side];
  #values: Float64Array;
  #next: Float64Array;

  /** The grid of two clouds, or nothing where sums over pairs are quicker, or it would not do. */
  static for(x: DenseMatrix, y: DenseMatrix, epsilon: number, tolerance: number): GaussGrid | undefined {
    const { cols } = x;
    if (cols > MOST_DIMENSIONS) return undefined;
    const low = new Float64Array(3).fill(Infinity);
    const high = new Float64Array(3).fill(-Infinity);
    for (const { values } of [x, y]) {
      for (let k = 0; k < values.length; k++) {
        low[k % cols] = Math.min(low[k % cols], values[k]);
        high[k % cols] = Math.max(high[k % cols], values[k]);
      }
    }
    const p = tolerance < FINE ? FINE_NODES : NODES;
    const root = Math.sqrt(epsilon);
    const sides = Array.from({ length: cols }, (_, k) => high[k] - low[k]);
    const boxes = [0, 1, 2].map((k) => (k < cols ? Math.max(1, Math.ceil(sides[k] / (SIDE * root))) : 1));
    const span = sides.reduce((sum, side) => sum + side * side, 0) / epsilon;
    const nodes = boxes.reduce((product, count, k) => product * (k < cols ? count * p : 1), 1);
    if (!(span <= LARGEST_SPAN && nodes <= MOST_NODES)) return undefined;
    const steps = nodes * boxes.reduce((sum, count, k) => sum + (k < cols ? count * p : 0), 0) + (x.rows + y.rows) * p ** cols;
    const pairs = sides.reduce((product, side) => product * Math.min(1, (2 * REACH * root) / side), x.rows * y.rows);
    return steps < PAIR_COST * pairs ? new GaussGrid(x, y, low, boxes, p, epsilon) : undefined;
  }

  private constructor(x: DenseMatrix, y: DenseMatrix, low: Float64Array, boxes: number[], p: number, epsilon: number) {
    this.#p = p;
    this.#low = low;
    this.#epsilon = epsilon;
    this.#boxes = boxes;
    this.#half = (SIDE * Math.sqrt(epsilon)) / 2;
    this.#orders = boxes.map((_, k) => (k < x.cols ? p : 1));
    this.#nodes = Float64Array.from({ length: p }, (_, k) => Math.cos(((2 * k + 1) * Math.PI) / (2 * p)));
    this.#kernels = boxes.map((count, k) => {
      if (k >= x.cols) return Float64Array.of(1);
      const size = count * p;
      const at = (node: number) => this.#half * (2 * Math.floor(node / p) + this.#nodes[node % p]);
      return Float64Array.from({ length: size * size }, (_, entry) => {
        return portableExp(-((at(Math.floor(entry / size)) - at(entry % size)) ** 2) / epsilon);
      });
    });
    this.#sides = [this.#side(x, low), this.#side(y, low)];
    const size = boxes.reduce((product, count, k) => product * count * this.#orders[k], 1);
    this.#values = new Float64Array(size);
    this.#next = new Float64Array(size);
  }

  /**
   * log sum_j exp(shift_j - |x_i - y_j|^2 / epsilon) for the first cloud, or for the second over the first; nothing where that
   * is beyond its accuracy. `own` are the potentials over epsilon of the cloud that the sums are for.
   */
  logSums(isFirst: boolean, shift: Float64Array, own: Float64Array): Float64Array | undefined {
    const [to, from] = isFirst ? this.#sides : [this.#sides[1], this.#sides[0]];
    from.slopes ??= this.#firstSlopes(from, to, own);
    let largest = -Infinity;
    for (const value of shift) largest = Math.max(largest, value);
    this.#spread(from, from.slopes, shift, largest);
    for (let k = 0; k < 3; k++) this.#convolve(k);
    return this.#read(to, largest);
  }

  #side(points: DenseMatrix, low: Float64Array): Side {
    const { rows, cols, values } = points;
    const [p, [b0, b1, b2]] = [this.#p, this.#boxes];
    const side = { first: new Int32Array(rows), box: new Int32Array(rows), isFilled: new Uint8Array(b0 * b1 * b2) };
    const place = new Float64Array(3 * rows);
    const basis = new Float64Array(3 * p * rows);
    for (let i = 0; i < rows; i++) {
      const boxes = [0, 0, 0];
      for (let k = 0; k < 3; k++) {
        const at = 3 * p * i + k * p;
        if (k >= cols) {
          basis[at] = 1;
          continue;
        }
        const distance = (values[i * cols + k] - low[k]) / (2 * this.#half);
        boxes[k] = Math.min(this.#boxes[k] - 1, Math.floor(distance));
        place[3 * i + k] = 2 * (distance - boxes[k]) - 1;
        this.#interpolate(place[3 * i + k], basis, at);
      }
      side.box[i] = (boxes[0] * b1 + boxes[1]) * b2 + boxes[2];
      side.isFilled[side.box[i]] = 1;
      side.first[i] = this.#nodeOf(boxes[0], boxes[1], boxes[2]);
    }
    return { rows, ...side, place, basis, points, slopes: undefined };
  }

  /** The first node of a box. */
  #nodeOf(b0: number, b1: number, b2: number): number {
    const [p0, p1, p2] = this.#orders;
    return (b0 * p0 * this.#boxes[1] * p1 + b1 * p1) * this.#boxes[2] * p2 + b2 * p2;
  }

  /** Lagrange's polynomials of the nodes at one place, in the barycentric form. */
  #interpolate(place: number, out: Float64Array, at: number): void {
    const [p, nodes] = [this.#p, this.#nodes];
    let sum = 0;
    for (let k = 0; k < p; k++) {
      const gap = place - nodes[k];
      if (gap === 0) {
        out.fill(0, at, at + p);
        out[at + k] = 1;
        return;
      }
      out[at + k] = ((k % 2 === 0 ? 1 : -1) * Math.sin(((2 * k + 1) * Math.PI) / (2 * p))) / gap;
      sum += out[at + k];
    }
    for (let k = 0; k < p; k++) out[at + k] /= sum;
  }

  /** Calls for every box that has points. */
  #eachBox({ isFilled }: Side, visit: (box: number, first: number) => void): void {
    const [b0, b1, b2] = this.#boxes;
    for (let i = 0, box = 0; i < b0; i++) {
      for (let j = 0; j < b1; j++) for (let k = 0; k < b2; k++, box++) if (isFilled[box]) visit(box, this.#nodeOf(i, j, k));
    }
  }

  /** Multiplies the nodes of a box by exp(-slopes place). */
  #tilt(slopes: Float64Array, box: number, first: number): void {
    const [[p0, p1, p2], values] = [this.#orders, this.#values];
    const [along1, along0] = [this.#boxes[2] * p2, this.#boxes[1] * p1 * this.#boxes[2] * p2];
    const factors = [0, 1, 2].map((k) => this.#nodes.map((node) => portableExp(-slopes[3 * box + k] * node)));
    for (let i = 0; i < p0; i++) {
      for (let j = 0; j < p1; j++) {
        const factor = (p0 > 1 ? factors[0][i] : 1) * (p1 > 1 ? factors[1][j] : 1);
        const at = first + i * along0 + j * along1;
        for (let k = 0; k < p2; k++) values[at + k] *= factor * (p2 > 1 ? factors[2][k] : 1);
      }
    }
  }

  #spread(side: Side, slopes: Float64Array, shift: Float64Array, largest: number): void {
    const { rows, first, box, place, basis } = side;
    const [p, [p0, p1, p2], values] = [this.#p, this.#orders, this.#values.fill(0)];
    const [along1, along0] = [this.#boxes[2] * p2, this.#boxes[1] * p1 * this.#boxes[2] * p2];
    for (let j = 0; j < rows; j++) {
      const tilt =
        slopes[3 * box[j]] * place[3 * j] +
        slopes[3 * box[j] + 1] * place[3 * j + 1] +
        slopes[3 * box[j] + 2] * place[3 * j + 2];
      const mass = shift[j] === -Infinity ? 0 : portableExp(shift[j] - largest - tilt);
      if (mass === 0) continue;
      const own = 3 * p * j;
      for (let a = 0; a < p0; a++) {
        const outer = mass * basis[own + a];
        for (let b = 0; b < p1; b++) {
          const factor = outer * basis[own + p + b];
          const at = first[j] + a * along0 + b * along1;
          for (let c = 0; c < p2; c++) values[at + c] += factor * basis[own + 2 * p + c];
        }
      }
    }
    // What the slopes took out of the masses is put back at the nodes.
    const back = slopes.map((slope) => -slope);
    this.#eachBox(side, (at, node) => this.#tilt(back, at, node));
  }

  /** What the mean place that the middle of every box is sent to says of the slopes, before there are sums to say it. */
  #firstSlopes(side: Side, { points }: Side, shift: Float64Array): Float64Array {
    const { cols, values, rows } = points;
    const [slopes, middle, masses] = [
      new Float64Array(3 * side.isFilled.length),
      new Float64Array(cols),
      new Float64Array(rows),
    ];
    const [, b1, b2] = this.#boxes;
    for (let box = 0; box < side.isFilled.length; box++) {
      if (!side.isFilled[box]) continue;
      const places = [Math.floor(box / b1 / b2), Math.floor(box / b2) % b1, box % b2];
      for (let k = 0; k < cols; k++) middle[k] = this.#low[k] + this.#half * (2 * places[k] + 1);
      let top = -Infinity;
      for (let i = 0; i < rows; i++) {
        let squares = 0;
        for (let k = 0; k < cols; k++) squares += (values[i * cols + k] - middle[k]) ** 2;
        masses[i] = shift[i] - squares / this.#epsilon;
        top = Math.max(top, masses[i]);
      }
      let mass = 0;
      const means = [0, 0, 0];
      for (let i = 0; i < rows; i++) {
        if (!(masses[i] > top - FAR)) continue;
        const share = portableExp(masses[i] - top);
        mass += share;
        for (let k = 0; k < cols; k++) means[k] += share * (values[i * cols + k] - middle[k]);
      }
      for (let k = 0; k < cols; k++) slopes[3 * box + k] = (-2 * this.#half * means[k]) / mass / this.#epsilon;
    }
    return slopes;
  }

  /** The kernel along one dimension. */
  #convolve(dimension: number): void {
    const sizes = this.#boxes.map((count, k) => count * this.#orders[k]);
    const size = sizes[dimension];
    if (size === 1) return;
    const inner = sizes.slice(dimension + 1).reduce((product, each) => product * each, 1);
    const [from, to, kernel] = [this.#values, this.#next, this.#kernels[dimension]];
    for (let outer = 0; outer < from.length; outer += size * inner) {
      for (let s = 0; s < size; s++) {
        const target = outer + s * inner;
        if (inner === 1) {
          let sum = 0;
          for (let t = 0; t < size; t++) sum += kernel[s * size + t] * from[outer + t];
          to[target] = sum;
          continue;
        }
        to.fill(0, target, target + inner);
        for (let t = 0; t < size; t++) {
          const [factor, source] = [kernel[s * size + t], outer + t * inner];
          for (let k = 0; k < inner; k++) to[target + k] += factor * from[source + k];
        }
      }
    }
    [this.#values, this.#next] = [to, from];
  }

  #read(side: Side, largest: number): Float64Array | undefined {
    const { rows, first, box, place, basis } = side;
    const [p, [p0, p1, p2]] = [this.#p, this.#orders];
    const [along1, along0] = [this.#boxes[2] * p2, this.#boxes[1] * p1 * this.#boxes[2] * p2];
    const slopes = new Float64Array(3 * side.isFilled.length);
    const along = [along0, along1, 1];
    this.#eachBox(side, (at, node) => {
      const middle = (p0 >> 1) * along0 + (p1 >> 1) * along1 + (p2 >> 1);
      for (let k = 0; k < 3; k++) {
        if (this.#orders[k] === 1) continue;
        const start = node + middle - (p >> 1) * along[k];
        const rise = portableLog(this.#values[start] / this.#values[start + (p - 1) * along[k]]);
        slopes[3 * at + k] = rise / (2 * this.#nodes[0]);
      }
      this.#tilt(slopes, at, node);
    });
    side.slopes = slopes.map((slope) => -slope);
    const values = this.#values;
    const out = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const own = 3 * p * i;
      let sum = 0;
      for (let a = 0; a < p0; a++) {
        for (let b = 0; b < p1; b++) {
          const at = first[i] + a * along0 + b * along1;
          let row = 0;
          for (let c = 0; c < p2; c++) row += values[at + c] * basis[own + 2 * p + c];
          sum += row * basis[own + a] * basis[own + p + b];
        }
      }
      let tilt = largest;
      for (let k = 0; k < 3; k++) tilt += slopes[3 * box[i] + k] * place[3 * i + k];
      out[i] = portableLog(sum) + tilt;
      if (!Number.isFinite(out[i])) return undefined;
    }
    return out;
  }
}
