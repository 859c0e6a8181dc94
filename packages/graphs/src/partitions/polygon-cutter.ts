// Cuts of a convex polygon by lines that leave given shares of its area on both sides.
//
// Fat polygonal partitions with applications to visualization and embeddings (2010), arXiv 1009.1866.

/** Vertices that a polygon may have; a piece has at most one more than the polygon it was cut from. */
const MOST_VERTICES = 1 << 12;
/** Vertices nearer to each other than this part of the diameter are one. */
const MERGED = 1e-12;
/** Smallest share of a cut. */
export const LEAST_SHARE = 1e-280;

/** A convex polygon, loaded once, cut many times. Coordinates should be about 1. */
export class PolygonCutter {
  /** Vertices, counterclockwise. */
  readonly xs = new Float64Array(MOST_VERTICES);
  /** Second coordinates. */
  readonly ys = new Float64Array(MOST_VERTICES);
  /** Number of vertices. */
  size = 0;
  /** Area. */
  area = 0;
  #distances = new Float64Array(64);
  #heights = new Float64Array(64);
  #along = new Float64Array(64);
  // Where the last line meets the boundary: after the vertex `right` going up on the right side, after `left` on the left.
  #right = 0;
  #left = 0;
  #rightShare = 0;
  #leftShare = 0;
  #isFlipped = false;

  /** Loads the vertices from pairs of coordinates. */
  load(points: ArrayLike<number>, from: number, count: number): void {
    this.size = count;
    for (let i = 0; i < count; i++) {
      this.xs[i] = points[from + 2 * i];
      this.ys[i] = points[from + 2 * i + 1];
    }
    if (this.#heights.length < count) {
      this.#heights = new Float64Array(2 * count);
      this.#along = new Float64Array(2 * count);
    }
    this.area = areaOf(points, from, count);
  }

  /** Distances between vertices, for `aspectAt`. */
  measure(): void {
    const { size, xs, ys } = this;
    if (this.#distances.length < size * size) this.#distances = new Float64Array(2 * size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        const x = xs[i] - xs[j];
        const y = ys[i] - ys[j];
        this.#distances[i * size + j] = this.#distances[j * size + i] = x * x + y * y;
      }
    }
  }

  /**
   * Finds the line of direction θ with a share of the area below it. Along the two chains from the lowest vertex up, the
   * area below is piecewise quadratic; the share is measured from the nearer end. `rest` is the share above: one minus a
   * share near one would not be exact.
   */
  line(theta: number, share: number, rest = 1 - share): void {
    const { size, xs, ys } = this;
    this.#isFlipped = share > 0.5;
    const sign = this.#isFlipped ? -1 : 1;
    const cosine = sign * Math.cos(theta);
    const sine = sign * Math.sin(theta);
    const heights = this.#heights;
    const along = this.#along;
    let low = 0;
    for (let i = 0; i < size; i++) {
      heights[i] = cosine * ys[i] - sine * xs[i];
      along[i] = cosine * xs[i] + sine * ys[i];
      if (heights[i] < heights[low]) low = i;
    }
    const target = (this.#isFlipped ? rest : share) * this.area;
    let right = low;
    let left = low;
    let height = heights[low];
    let chord = 0;
    let below = 0;
    for (let step = 0; step < 2 * size; step++) {
      const nextRight = right + 1 === size ? 0 : right + 1;
      const nextLeft = left === 0 ? size - 1 : left - 1;
      const next = Math.min(heights[nextRight], heights[nextLeft]);
      const rise = Math.max(0, next - height);
      const nextChord =
        at(along[right], along[nextRight], heights[right], heights[nextRight], next) -
        at(along[left], along[nextLeft], heights[left], heights[nextLeft], next);
      const slab = ((chord + nextChord) / 2) * rise;
      if (below + slab >= target || nextRight === nextLeft) {
        const rest = Math.max(0, target - below);
        const root = Math.sqrt(Math.max(0, chord * chord + (2 * (nextChord - chord) * rest) / (rise || 1)));
        const t = rest === 0 ? 0 : Math.min(rise, (2 * rest) / (Math.max(0, chord) + root || 1));
        const y = height + t;
        this.#right = right;
        this.#left = left;
        // From the slab's foot where that is a vertex, so that tiny pieces keep their digits.
        this.#rightShare = part(heights[right], heights[nextRight], height, t, y);
        this.#leftShare = part(heights[left], heights[nextLeft], height, t, y);
        return;
      }
      below += slab;
      height = next;
      chord = nextChord;
      if (heights[nextRight] <= next) right = nextRight;
      if (heights[nextLeft] <= next && nextLeft !== right) left = nextLeft;
    }
  }

  /** The larger diam²/area of the two pieces of a line; `measure` must have been called. */
  aspectAt(theta: number, share: number, rest = 1 - share): number {
    this.line(theta, share, rest);
    const { size, xs, ys } = this;
    const right = this.#right;
    const left = this.#left;
    const nextRight = right + 1 === size ? 0 : right + 1;
    const nextLeft = left === 0 ? size - 1 : left - 1;
    const ax = xs[right] + this.#rightShare * (xs[nextRight] - xs[right]);
    const ay = ys[right] + this.#rightShare * (ys[nextRight] - ys[right]);
    const bx = xs[left] + this.#leftShare * (xs[nextLeft] - xs[left]);
    const by = ys[left] + this.#leftShare * (ys[nextLeft] - ys[left]);
    const across = (ax - bx) * (ax - bx) + (ay - by) * (ay - by);
    const near = this.#reach(left, right, ax, ay, bx, by, across);
    const far = this.#reach(nextRight, nextLeft, ax, ay, bx, by, across);
    const small = this.#isFlipped ? rest : share;
    return Math.max(near / (small * this.area), far / ((1 - small) * this.area));
  }

  /** The largest squared distance within the vertices from … to and two points. */
  #reach(from: number, to: number, ax: number, ay: number, bx: number, by: number, across: number): number {
    const { size, xs, ys } = this;
    const distances = this.#distances;
    let most = across;
    const count = (to - from + size) % size;
    for (let k = 0, i = from; k <= count; k++) {
      const dx = xs[i] - ax;
      const dy = ys[i] - ay;
      const ex = xs[i] - bx;
      const ey = ys[i] - by;
      const a = dx * dx + dy * dy;
      const b = ex * ex + ey * ey;
      if (a > most) most = a;
      if (b > most) most = b;
      for (let m = k + 1, j = i + 1 === size ? 0 : i + 1; m <= count; m++) {
        if (distances[i * size + j] > most) most = distances[i * size + j];
        j = j + 1 === size ? 0 : j + 1;
      }
      i = i + 1 === size ? 0 : i + 1;
    }
    return most;
  }

  /**
   * Writes the pieces of the last line, below and above, each moved to its own origin and scaled to diameter 1.
   */
  pieces(below: Piece, above: Piece): void {
    const [near, far] = this.#isFlipped ? [above, below] : [below, above];
    const { size } = this;
    near.begin();
    this.#collect(near, this.#left, this.#right, true);
    far.begin();
    this.#collect(far, (this.#right + 1) % size, (this.#left - 1 + size) % size, false);
    near.finish();
    far.finish();
  }

  #collect(piece: Piece, from: number, to: number, isNear: boolean): void {
    const { size, xs, ys } = this;
    // The near piece is relative to its own vertex: differences of nearby points are exact.
    const [x, y] = [xs[from], ys[from]];
    piece.originX = x;
    piece.originY = y;
    const count = (to - from + size) % size;
    for (let k = 0, i = from; k <= count; k++) {
      piece.add(xs[i] - x, ys[i] - y);
      i = (i + 1) % size;
    }
    const rightFirst = isNear;
    for (const isRight of [rightFirst, !rightFirst]) {
      const vertex = isRight ? this.#right : this.#left;
      const next = isRight ? (vertex + 1) % size : (vertex - 1 + size) % size;
      const share = isRight ? this.#rightShare : this.#leftShare;
      piece.add(xs[vertex] - x + share * (xs[next] - xs[vertex]), ys[vertex] - y + share * (ys[next] - ys[vertex]));
    }
  }
}

/** A piece under construction, in its own frame: point = origin + scale × (xs, ys). */
export class Piece {
  /** Vertices, counterclockwise. */
  readonly points: number[] = [];
  /** Origin in the frame of the polygon that was cut. */
  originX = 0;
  /** Second coordinate. */
  originY = 0;
  /** Diameter in the frame of the polygon that was cut. */
  scale = 1;

  /** Forgets the last piece. */
  begin(): void {
    this.points.length = 0;
  }

  /** Appends a vertex. */
  add(x: number, y: number): void {
    this.points.push(x, y);
  }

  /** Merges vertices and scales to diameter 1. */
  finish(): void {
    const { points } = this;
    const [low, high] = [points.slice(0, 2), points.slice(0, 2)];
    for (let i = 2; i < points.length; i++) {
      low[i % 2] = Math.min(low[i % 2], points[i]);
      high[i % 2] = Math.max(high[i % 2], points[i]);
    }
    const most = Math.max(high[0] - low[0], high[1] - low[1]);
    let squared = 0;
    for (let i = 0; i < points.length; i += 2) {
      for (let j = 0; j < i; j += 2) {
        const x = (points[i] - points[j]) / most;
        const y = (points[i + 1] - points[j + 1]) / most;
        squared = Math.max(squared, x * x + y * y);
      }
    }
    this.scale = most * Math.sqrt(squared) || 1;
    let count = 0;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i] / this.scale, points[i + 1] / this.scale];
      if (count > 0 && near(x, y, points[count - 2], points[count - 1])) continue;
      points[count++] = x;
      points[count++] = y;
    }
    while (count > 6 && near(points[0], points[1], points[count - 2], points[count - 1])) count -= 2;
    points.length = count;
  }
}

function near(x: number, y: number, otherX: number, otherY: number): boolean {
  return Math.abs(x - otherX) <= MERGED && Math.abs(y - otherY) <= MERGED;
}

/** The value at a height on an edge from (a, from) to (b, to). */
function at(a: number, b: number, from: number, to: number, height: number): number {
  if (height >= to) return b;
  return a + ((b - a) * (height - from)) / (to - from);
}

/** The position along an edge of a line at height t above the slab's foot. */
function part(from: number, to: number, foot: number, t: number, y: number): number {
  const rise = to - from;
  if (!(rise > 0)) return 1;
  return Math.min(1, (from === foot ? t : y - from) / rise);
}

/** The area of a polygon of pairs of coordinates, by triangles from its first vertex. */
export function areaOf(points: ArrayLike<number>, from: number, count: number): number {
  const [x, y] = [points[from], points[from + 1]];
  let twice = 0;
  for (let i = 1; i + 1 < count; i++) {
    const at = from + 2 * i;
    twice += (points[at] - x) * (points[at + 3] - y) - (points[at + 2] - x) * (points[at + 1] - y);
  }
  return twice / 2;
}

/** diam² of a polygon. */
export function squaredDiameter(points: ArrayLike<number>, from: number, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const x = points[from + 2 * i] - points[from + 2 * j];
      const y = points[from + 2 * i + 1] - points[from + 2 * j + 1];
      most = Math.max(most, x * x + y * y);
    }
  }
  return most;
}
