// The path of Lemke and Howson in doubles: pivots that touch what is in the supports only.
//
// Each polytope {v >= 0 : M v + s = 1} has a basis of k variables and of the slacks of all rows but k. Held is the inverse of the k x k
// block of M where these variables meet those tight rows; columns of the tableau are computed from M when they are asked for. A pivot
// costs O(n k + k²) in place of the tableau's O(n²), and k is the size of a support: a handful in random games.

/** Entries below this are no pivots. */
const PIVOT = 1e-11;
/** Ratios that differ by less, relatively, are tied. */
const TIE = 1e-12;

/** A matrix by columns. */
export interface Columns {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** One polytope with its basis. */
class Side {
  readonly #matrix: Columns;
  /** The inverse of the block: rows are basic variables, columns tight rows. */
  #inverse = new Float64Array(64);
  #stride = 8;
  #size = 0;
  /** The basic variables and the tight rows, in the order of the inverse; and where they are in it, -1 if nowhere. */
  readonly #variables: Int32Array;
  readonly #tight: Int32Array;
  readonly #placeOfVariable: Int32Array;
  readonly #placeOfRow: Int32Array;
  /** Values of the variables and of the slacks. */
  readonly weights: Float64Array;
  readonly #slacks: Float64Array;
  /** The entering column: at the basic variables, in the order of the inverse, and at the basic slacks, by row. */
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;
  readonly #row: Float64Array;
  isDegenerate = false;

  constructor(matrix: Columns) {
    const { height, width } = matrix;
    const most = Math.min(height, width) + 1;
    this.#matrix = matrix;
    this.#variables = new Int32Array(most);
    this.#tight = new Int32Array(most);
    this.#placeOfVariable = new Int32Array(width).fill(-1);
    this.#placeOfRow = new Int32Array(height).fill(-1);
    this.weights = new Float64Array(width);
    this.#slacks = new Float64Array(height).fill(1);
    this.#upper = new Float64Array(most);
    this.#lower = new Float64Array(height);
    this.#row = new Float64Array(most);
  }

  /** Numbers held beside the matrix. */
  get memory(): number {
    return this.#inverse.length;
  }

  /** How many variables are basic. */
  get size(): number {
    return this.#size;
  }

  /**
   * Lets a variable (0 <= k < width) or the slack of a row (width + row) enter; what leaves, numbered alike. -1 where nothing blocks:
   * polytopes are bounded, so that only rounding leads there.
   */
  pivot(enter: number): number {
    const { width } = this.#matrix;
    const isVariable = enter < width;
    const at = isVariable ? -1 : this.#placeOfRow[enter - width];
    if (isVariable) this.#columnOfVariable(enter);
    else this.#columnOfSlack(at);
    const leave = this.#leaving();
    if (leave < 0) return -1;
    this.#move(enter, leave);
    if (leave < width) {
      const place = this.#placeOfVariable[leave];
      this.#placeOfVariable[leave] = -1;
      if (isVariable) this.#replaceVariable(place, enter);
      else this.#shrink(place, at);
    } else {
      const row = leave - width;
      if (isVariable) this.#grow(row, enter);
      else this.#replaceRow(at, row);
    }
    return leave;
  }

  /** The column of a variable: inverse times its part in the tight rows, and what that leaves of it in the others. */
  #columnOfVariable(variable: number): void {
    const { height, values } = this.#matrix;
    const size = this.#size;
    const row = this.#row;
    const start = variable * height;
    for (let q = 0; q < size; q++) row[q] = values[start + this.#tight[q]];
    for (let p = 0; p < size; p++) this.#upper[p] = dot(this.#inverse, p * this.#stride, row, size);
    this.#lower.set(values.subarray(start, start + height));
    this.#subtractUpper();
  }

  /** The column of the slack of a tight row. */
  #columnOfSlack(place: number): void {
    for (let p = 0; p < this.#size; p++) this.#upper[p] = this.#inverse[p * this.#stride + place];
    this.#lower.fill(0);
    this.#subtractUpper();
  }

  /** Lower part of the entering column: minus the basic variables' columns times its upper part, four columns at a time. */
  #subtractUpper(): void {
    const { height, values } = this.#matrix;
    const lower = this.#lower;
    const upper = this.#upper;
    const size = this.#size;
    let p = 0;
    for (; p + 4 <= size; p += 4) {
      const u0 = upper[p];
      const u1 = upper[p + 1];
      const u2 = upper[p + 2];
      const u3 = upper[p + 3];
      const c0 = this.#variables[p] * height;
      const c1 = this.#variables[p + 1] * height;
      const c2 = this.#variables[p + 2] * height;
      const c3 = this.#variables[p + 3] * height;
      for (let i = 0; i < height; i++) {
        lower[i] -= u0 * values[c0 + i] + u1 * values[c1 + i] + (u2 * values[c2 + i] + u3 * values[c3 + i]);
      }
    }
    for (; p < size; p++) {
      const factor = upper[p];
      const c = this.#variables[p] * height;
      for (let i = 0; i < height; i++) lower[i] -= factor * values[c + i];
    }
  }

  /** The ratio test, ties broken lexicographically over the slacks in their order. */
  #leaving(): number {
    const { height, width } = this.#matrix;
    const size = this.#size;
    const upper = this.#upper;
    const lower = this.#lower;
    let leave = -1;
    let least = Infinity;
    let pivot = 1;
    for (let k = 0; k < size + height; k++) {
      const isUpper = k < size;
      const entry = isUpper ? upper[k] : lower[k - size];
      if (!(entry > PIVOT) || (!isUpper && this.#placeOfRow[k - size] >= 0)) continue;
      const ratio = (isUpper ? this.weights[this.#variables[k]] : this.#slacks[k - size]) / entry;
      if (ratio > least + 2 * TIE * Math.abs(least)) continue;
      const candidate = isUpper ? this.#variables[k] : width + k - size;
      if (leave >= 0 && Math.abs(ratio - least) <= TIE * Math.max(Math.abs(ratio), Math.abs(least))) {
        this.isDegenerate = true;
        if (!this.#isLexSmaller(candidate, entry, leave, pivot)) continue;
      } else if (!(ratio < least)) continue;
      leave = candidate;
      least = ratio;
      pivot = entry;
    }
    return leave;
  }

  #isLexSmaller(a: number, pivotA: number, b: number, pivotB: number): boolean {
    const [rowA, rowB] = [this.#slackRow(a), this.#slackRow(b)];
    for (let slack = 0; slack < rowA.length; slack++) {
      const [ratioA, ratioB] = [rowA[slack] / pivotA, rowB[slack] / pivotB];
      if (Math.abs(ratioA - ratioB) <= TIE * Math.max(1, Math.abs(ratioA), Math.abs(ratioB))) continue;
      return ratioA < ratioB;
    }
    return false;
  }

  /** The tableau's row of a basic variable or slack, at the columns of the slacks. */
  #slackRow(basic: number): Float64Array {
    const { height, width } = this.#matrix;
    const out = new Float64Array(height);
    if (basic < width) {
      const start = this.#placeOfVariable[basic] * this.#stride;
      for (let q = 0; q < this.#size; q++) out[this.#tight[q]] = this.#inverse[start + q];
      return out;
    }
    this.#rowTimesInverse(basic - width);
    for (let q = 0; q < this.#size; q++) out[this.#tight[q]] = -this.#row[q];
    out[basic - width] = 1;
    return out;
  }

  /** A row of the matrix at the basic variables, times the inverse. */
  #rowTimesInverse(row: number): void {
    const { height, values } = this.#matrix;
    const out = this.#row;
    const inverse = this.#inverse;
    const variables = this.#variables;
    const size = this.#size;
    const stride = this.#stride;
    out.fill(0, 0, size);
    let p = 0;
    for (; p + 4 <= size; p += 4) {
      const f0 = values[variables[p] * height + row];
      const f1 = values[variables[p + 1] * height + row];
      const f2 = values[variables[p + 2] * height + row];
      const f3 = values[variables[p + 3] * height + row];
      const r0 = p * stride;
      const r1 = r0 + stride;
      const r2 = r1 + stride;
      const r3 = r2 + stride;
      for (let q = 0; q < size; q++) {
        out[q] += f0 * inverse[r0 + q] + f1 * inverse[r1 + q] + (f2 * inverse[r2 + q] + f3 * inverse[r3 + q]);
      }
    }
    for (; p < size; p++) {
      addRow(out, 0, values[variables[p] * height + row], inverse, p * stride, size);
    }
  }

  /** Moves along the edge until the leaving variable is zero. */
  #move(enter: number, leave: number): void {
    const { height, width } = this.#matrix;
    const step =
      leave < width
        ? this.weights[leave] / this.#upper[this.#placeOfVariable[leave]]
        : this.#slacks[leave - width] / this.#lower[leave - width];
    for (let p = 0; p < this.#size; p++) this.weights[this.#variables[p]] -= step * this.#upper[p];
    for (let i = 0; i < height; i++) this.#slacks[i] -= step * this.#lower[i];
    if (leave < width) this.weights[leave] = 0;
    if (enter < width) this.weights[enter] = step;
    else this.#slacks[enter - width] = step;
  }

  /** The block grows by a tight row and a basic variable. */
  #grow(row: number, variable: number): void {
    const pivot = this.#lower[row];
    this.#rowTimesInverse(row);
    const size = this.#size;
    if (size + 1 > this.#stride) this.#widen();
    const stride = this.#stride;
    for (let p = 0; p < size; p++) {
      const factor = this.#upper[p] / pivot;
      addRow(this.#inverse, p * stride, factor, this.#row, 0, size);
      this.#inverse[p * stride + size] = -factor;
    }
    for (let q = 0; q < size; q++) this.#inverse[size * stride + q] = -this.#row[q] / pivot;
    this.#inverse[size * stride + size] = 1 / pivot;
    this.#put(size, variable);
    this.#fix(size, row);
    this.#size++;
  }

  #replaceVariable(place: number, variable: number): void {
    const stride = this.#stride;
    const pivot = this.#upper[place];
    const start = place * stride;
    for (let q = 0; q < this.#size; q++) this.#inverse[start + q] /= pivot;
    for (let p = 0; p < this.#size; p++) {
      if (p !== place) addRow(this.#inverse, p * stride, -this.#upper[p], this.#inverse, start, this.#size);
    }
    this.#put(place, variable);
  }

  #replaceRow(place: number, row: number): void {
    const stride = this.#stride;
    this.#rowTimesInverse(row);
    const pivot = this.#row[place];
    this.#row[place] = 0;
    for (let p = 0; p < this.#size; p++) {
      const factor = this.#inverse[p * stride + place] / pivot;
      addRow(this.#inverse, p * stride, -factor, this.#row, 0, this.#size);
      this.#inverse[p * stride + place] = factor;
    }
    this.#placeOfRow[this.#tight[place]] = -1;
    this.#fix(place, row);
  }

  /** The block loses a basic variable and a tight row: the last ones take their places. */
  #shrink(variable: number, row: number): void {
    const stride = this.#stride;
    const inverse = this.#inverse;
    const last = this.#size - 1;
    const pivot = inverse[variable * stride + row];
    for (let p = 0; p <= last; p++) {
      if (p === variable) continue;
      addRow(inverse, p * stride, -inverse[p * stride + row] / pivot, inverse, variable * stride, this.#size);
    }
    inverse.copyWithin(variable * stride, last * stride, last * stride + this.#size);
    for (let p = 0; p < last; p++) inverse[p * stride + row] = inverse[p * stride + last];
    this.#placeOfRow[this.#tight[row]] = -1;
    if (variable < last) this.#put(variable, this.#variables[last]);
    if (row < last) this.#fix(row, this.#tight[last]);
    this.#size--;
  }

  #put(place: number, variable: number): void {
    this.#variables[place] = variable;
    this.#placeOfVariable[variable] = place;
  }

  #fix(place: number, row: number): void {
    this.#tight[place] = row;
    this.#placeOfRow[row] = place;
    this.#slacks[row] = 0;
  }

  #widen(): void {
    const stride = 2 * this.#stride;
    const wide = new Float64Array(stride * stride);
    for (let p = 0; p < this.#size; p++) {
      wide.set(this.#inverse.subarray(p * this.#stride, p * this.#stride + this.#size), p * stride);
    }
    this.#inverse = wide;
    this.#stride = stride;
  }
}

function dot(a: Float64Array, start: number, b: Float64Array, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    s0 += a[start + k] * b[k];
    s1 += a[start + k + 1] * b[k + 1];
    s2 += a[start + k + 2] * b[k + 2];
    s3 += a[start + k + 3] * b[k + 3];
  }
  for (; k < count; k++) s0 += a[start + k] * b[k];
  return s0 + s1 + (s2 + s3);
}

/** out[at + k] += factor from[start + k]. */
function addRow(
  out: Float64Array,
  at: number,
  factor: number,
  from: Float64Array,
  start: number,
  count: number,
): void {
  if (factor === 0) return;
  for (let k = 0; k < count; k++) out[at + k] += factor * from[start + k];
}

/** The two systems of a game with payoffs in [0, 1]: B' x <= 1 and A y <= 1, payoffs moved to [1, 2]. */
export function systemsOf([a, b]: readonly Float64Array[], rows: number, cols: number): [Columns, Columns] {
  const first = new Float64Array(rows * cols);
  const second = new Float64Array(rows * cols);
  for (let k = 0; k < first.length; k++) first[k] = 1 + b[k];
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) second[j * rows + i] = 1 + a[i * cols + j];
  return [
    { height: cols, width: rows, values: first },
    { height: rows, width: cols, values: second },
  ];
}

/** A path from the artificial equilibrium. */
export class Path {
  /** Pivots so far. */
  pivots = 0;
  /** Whether the label that was dropped has been found again. */
  isDone = false;
  readonly label: number;
  readonly #sides: readonly [Side, Side];
  readonly #rows: number;
  readonly #cols: number;
  #enter: number;

  constructor(systems: readonly [Columns, Columns], label: number) {
    this.#sides = [new Side(systems[0]), new Side(systems[1])];
    this.#rows = systems[0].width;
    this.#cols = systems[0].height;
    this.label = label;
    this.#enter = label;
    this.#isFirst = label < this.#rows;
  }

  #isFirst: boolean;

  /** Whether ties were met. */
  get isDegenerate(): boolean {
    return this.#sides[0].isDegenerate || this.#sides[1].isDegenerate;
  }

  /** Numbers held. */
  get memory(): number {
    return this.#sides[0].memory + this.#sides[1].memory + 8 * (this.#rows + this.#cols);
  }

  /** Pivots until the label is found again, so many pivots have been done, or so many multiplications. */
  walk(limit: number, work: number): void {
    for (let done = 0; !this.isDone && this.pivots < limit && done < work; ) {
      const side = this.#sides[this.#isFirst ? 0 : 1];
      // Labels of rows come first: variables of the first system, slacks of the second.
      const { size } = side;
      done += (this.#rows + this.#cols) * (size + 2) + 2 * size * size;
      const left = side.pivot(this.#isFirst ? this.#enter : this.#swapped(this.#enter, this.#rows));
      if (left < 0) {
        this.isDone = true;
        return;
      }
      this.pivots++;
      this.#enter = this.#isFirst ? left : this.#swapped(left, this.#cols);
      this.#isFirst = !this.#isFirst;
      this.isDone = this.#enter === this.label;
    }
  }

  /** The number with rows and columns in the other order, of which `first` come first. */
  #swapped(label: number, first: number): number {
    return label < first ? label + (this.#rows + this.#cols - first) : label - first;
  }

  /** Weights at the vertex, not normalised. */
  weights(): readonly [Float64Array, Float64Array] {
    return [this.#sides[0].weights, this.#sides[1].weights];
  }
}
