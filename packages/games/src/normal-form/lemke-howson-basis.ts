// One polytope of Lemke and Howson with its basis, in doubles: pivots that touch only the supports.
//
// The polytope {v >= 0 : M v + s = 1} has a basis of k variables and of the slacks of all rows but k. Held is the inverse of the k x k
// block of M where these variables meet those tight rows; columns of the tableau are computed from M on demand. A pivot
// costs O(n k + k²) in place of the tableau's O(n²), and k is the size of a support: a handful in random games.
//
// Rows of the inverse have a multiple of 8 numbers, those beyond the block zero, so that kernels need no remainders.
import type { Workspace, WorkspaceSizes } from '@infimum/linalg/kernels';
import { basisKernels } from './basis-kernels.ts';

/** Entries below this are not used as pivots. */
const PIVOT = 1e-11;
/** Ratios that differ by less, relatively, are tied. */
const TIE = 1e-12;

/** The matrix M of a polytope: entry (row, variable) is 1 + (values[row * rowStride + variable * step] - least) / range. */
export interface UnitMatrix {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
  readonly rowStride: number;
  readonly step: number;
  readonly least: number;
  readonly range: number;
}

/** A saved basis. */
export interface SavedBasis {
  readonly inverse: Float64Array;
  readonly variables: Int32Array;
  readonly tight: Int32Array;
  readonly values: Float64Array;
  readonly slacks: Float64Array;
  readonly isDegenerate: boolean;
}

const padded = (count: number) => (count + 7) & ~7;

/** The polytope and its basis. */
export class Basis {
  readonly #matrix: UnitMatrix;
  readonly #memory: ReturnType<typeof memoryIn>;
  readonly #kernels;
  /** Numbers between columns of the matrix, and between rows of the inverse. */
  readonly #height: number;
  readonly #stride: number;
  #size = 0;
  #isDegenerate = false;

  /** @param workspace - has room for the sizes of `sizesOf` for the matrix */
  constructor(matrix: UnitMatrix, workspace: Workspace) {
    this.#matrix = matrix;
    this.#height = padded(matrix.height);
    this.#stride = padded(mostOf(matrix));
    this.#memory = memoryIn(workspace, matrix);
    this.#kernels = workspace.kernels(basisKernels);
    const { identity } = this.#memory;
    for (let p = 0; p < identity.length; p++) identity[p] = p;
    this.restore(undefined);
  }

  /** How many variables are basic. */
  get size(): number {
    return this.#size;
  }

  /** Whether ties occurred. */
  get isDegenerate(): boolean {
    return this.#isDegenerate;
  }

  /** Values of all variables. */
  weights(): Float64Array {
    const { variables, values } = this.#memory;
    const out = new Float64Array(this.#matrix.width);
    for (let p = 0; p < this.#size; p++) out[variables[p]] = values[p];
    return out;
  }

  /** A copy of the basis, to be restored later. */
  save(): SavedBasis {
    const { inverse, variables, tight, values, slacks } = this.#memory;
    const size = this.#size;
    const compact = new Float64Array(size * size);
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < size; q++) compact[p * size + q] = inverse[p * this.#stride + q];
    }
    return {
      inverse: compact,
      variables: variables.slice(0, size),
      tight: tight.slice(0, size),
      values: values.slice(0, size),
      slacks: slacks.slice(),
      isDegenerate: this.#isDegenerate,
    };
  }

  /** Restores a saved basis; that of the slacks if there is none. */
  restore(saved: SavedBasis | undefined): void {
    const { inverse, variables, tight, values, slacks } = this.#memory;
    this.#isDegenerate = saved?.isDegenerate ?? false;
    this.#size = saved?.variables.length ?? 0;
    if (!saved) {
      slacks.fill(1);
      return;
    }
    const size = this.#size;
    variables.set(saved.variables);
    tight.set(saved.tight);
    values.set(saved.values);
    slacks.set(saved.slacks);
    for (let p = 0; p < size; p++) {
      const start = p * this.#stride;
      for (let q = 0; q < size; q++) inverse[start + q] = saved.inverse[p * size + q];
      inverse.fill(0, start + size, start + padded(size));
    }
  }

  /**
   * Lets a variable (0 <= k < width) or the slack of a row (width + row) enter; what leaves, numbered alike. -1 where nothing blocks:
   * polytopes are bounded, so that only rounding leads there.
   */
  pivot(enter: number): number {
    const { width } = this.#matrix;
    const isVariable = enter < width;
    const at = isVariable ? -1 : this.#placeIn(this.#memory.tight, enter - width);
    if (isVariable) this.#columnOfVariable(enter);
    else this.#columnOfSlack(at);
    const leave = this.#leaving();
    if (leave < 0) return -1;
    const place = leave < width ? this.#placeIn(this.#memory.variables, leave) : -1;
    const value = this.#move(place, leave - width);
    if (!isVariable) this.#memory.slacks[enter - width] = value;
    if (place >= 0) {
      if (isVariable) this.#replaceVariable(place, enter, value);
      else this.#shrink(place, at);
    } else if (isVariable) this.#grow(leave - width, enter, value);
    else this.#replaceRow(at, leave - width);
    return leave;
  }

  /** The place of a basic variable or of a tight row in the inverse. */
  #placeIn(list: Int32Array, number: number): number {
    let place = 0;
    while (list[place] !== number) place++;
    return place;
  }

  /** Byte offset of a column of the matrix, which is written on first use. */
  #column(variable: number): number {
    const { columns, isWritten } = this.#memory;
    const start = variable * this.#height;
    if (!isWritten[variable]) {
      const { height, values, rowStride, step, least, range } = this.#matrix;
      for (let i = 0, from = variable * step; i < height; i++, from += rowStride) {
        columns[start + i] = range > 0 ? 1 + (values[from] - least) / range : 1;
      }
      columns.fill(0, start + height, start + this.#height);
      isWritten[variable] = 1;
    }
    return columns.byteOffset + 8 * start;
  }

  /** The column of a variable: inverse times its part in the tight rows, and the residual in the other rows. */
  #columnOfVariable(variable: number): void {
    const { columns, inverse, tight, row, upper } = this.#memory;
    const size = this.#size;
    const column = this.#column(variable);
    const start = variable * this.#height;
    for (let q = 0; q < size; q++) row[q] = columns[start + tight[q]];
    row.fill(0, size, padded(size));
    this.#kernels.times(size, padded(size), inverse.byteOffset, this.#stride, row.byteOffset, upper.byteOffset);
    this.#subtractUpper(column);
  }

  /** The column of the slack of a tight row. */
  #columnOfSlack(place: number): void {
    const { inverse, upper, zeros } = this.#memory;
    for (let p = 0; p < this.#size; p++) upper[p] = inverse[p * this.#stride + place];
    this.#subtractUpper(zeros.byteOffset);
  }

  /** Lower part of the entering column: its own minus the basic variables' columns times its upper part; no slack of a tight row is basic. */
  #subtractUpper(from: number): void {
    const { columns, tight, upper, lower, variables } = this.#memory;
    this.#kernels.combine(
      this.#height,
      this.#size,
      columns.byteOffset,
      this.#height,
      variables.byteOffset,
      upper.byteOffset,
      from,
      lower.byteOffset,
    );
    for (let q = 0; q < this.#size; q++) lower[tight[q]] = 0;
  }

  /** The ratio test, ties broken lexicographically over the slacks in their order. */
  #leaving(): number {
    const { height, width } = this.#matrix;
    const { upper, lower, values, slacks, variables } = this.#memory;
    const { leastRatio, nextWithin } = this.#kernels;
    const size = this.#size;
    const least = Math.min(
      leastRatio(size, PIVOT, upper.byteOffset, values.byteOffset),
      leastRatio(height, PIVOT, lower.byteOffset, slacks.byteOffset),
    );
    if (!(least < Infinity)) return -1;
    const bound = least + TIE * Math.abs(least);
    let leave = -1;
    let pivot = 1;
    const consider = (candidate: number, entry: number) => {
      if (leave >= 0) this.#isDegenerate = true;
      if (leave >= 0 && !this.#isLexSmaller(candidate, entry, leave, pivot)) return;
      leave = candidate;
      pivot = entry;
    };
    for (let k = 0; ; k++) {
      k = nextWithin(size, k, PIVOT, bound, upper.byteOffset, values.byteOffset);
      if (k >= size) break;
      consider(variables[k], upper[k]);
    }
    for (let k = 0; ; k++) {
      k = nextWithin(height, k, PIVOT, bound, lower.byteOffset, slacks.byteOffset);
      if (k >= height) break;
      consider(width + k, lower[k]);
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
    const { inverse, tight, variables, row } = this.#memory;
    const out = new Float64Array(height);
    if (basic < width) {
      const start = this.#placeIn(variables, basic) * this.#stride;
      for (let q = 0; q < this.#size; q++) out[tight[q]] = inverse[start + q];
      return out;
    }
    this.#slackTimesInverse(basic - width);
    for (let q = 0; q < this.#size; q++) out[tight[q]] = row[q];
    out[basic - width] = 1;
    return out;
  }

  /** Minus a row of the matrix at the basic variables, times the inverse. */
  #slackTimesInverse(slack: number): void {
    const { columns, inverse, variables, identity, factors, row, zeros } = this.#memory;
    const size = this.#size;
    for (let p = 0; p < size; p++) factors[p] = columns[variables[p] * this.#height + slack];
    this.#kernels.combine(
      padded(size),
      size,
      inverse.byteOffset,
      this.#stride,
      identity.byteOffset,
      factors.byteOffset,
      zeros.byteOffset,
      row.byteOffset,
    );
  }

  /** Moves along the edge until the leaving variable or slack is zero. Returns the value of the entering one. */
  #move(place: number, slack: number): number {
    const { upper, lower, values, slacks } = this.#memory;
    const step = place >= 0 ? values[place] / upper[place] : slacks[slack] / lower[slack];
    this.#kernels.axpy(this.#size, -step, upper.byteOffset, values.byteOffset);
    this.#kernels.axpy(this.#matrix.height, -step, lower.byteOffset, slacks.byteOffset);
    if (place < 0) slacks[slack] = 0;
    return step;
  }

  /** Adds factors_p times `row` to all rows p of the inverse. */
  #addMultiples(): void {
    const { inverse, factors, row } = this.#memory;
    this.#kernels.rankOne(this.#size, padded(this.#size), inverse.byteOffset, this.#stride, factors.byteOffset, row.byteOffset);
  }

  /** The block grows by a tight row and a basic variable. */
  #grow(slack: number, variable: number, value: number): void {
    const { inverse, variables, tight, upper, lower, factors, row, values } = this.#memory;
    const size = this.#size;
    const stride = this.#stride;
    const pivot = lower[slack];
    this.#slackTimesInverse(slack);
    for (let p = 0; p < size; p++) factors[p] = -upper[p] / pivot;
    this.#addMultiples();
    if (size % 8 === 0) {
      for (let p = 0; p < size; p++) inverse.fill(0, p * stride + size, p * stride + size + 8);
    }
    for (let p = 0; p < size; p++) inverse[p * stride + size] = factors[p];
    for (let q = 0; q < size; q++) inverse[size * stride + q] = row[q] / pivot;
    inverse[size * stride + size] = 1 / pivot;
    inverse.fill(0, size * stride + size + 1, size * stride + padded(size + 1));
    variables[size] = variable;
    tight[size] = slack;
    values[size] = value;
    this.#size++;
  }

  #replaceVariable(place: number, variable: number, value: number): void {
    const { inverse, variables, upper, factors, row, values } = this.#memory;
    const pivot = upper[place];
    const start = place * this.#stride;
    for (let q = 0; q < padded(this.#size); q++) row[q] = inverse[start + q] / pivot;
    for (let p = 0; p < this.#size; p++) factors[p] = p === place ? 0 : -upper[p];
    this.#addMultiples();
    for (let q = 0; q < this.#size; q++) inverse[start + q] = row[q];
    variables[place] = variable;
    values[place] = value;
  }

  #replaceRow(place: number, slack: number): void {
    const { inverse, factors, row, tight } = this.#memory;
    const stride = this.#stride;
    this.#slackTimesInverse(slack);
    const pivot = -row[place];
    row[place] = 0;
    for (let p = 0; p < this.#size; p++) factors[p] = inverse[p * stride + place] / pivot;
    this.#addMultiples();
    for (let p = 0; p < this.#size; p++) inverse[p * stride + place] = factors[p];
    tight[place] = slack;
  }

  /** The block loses a basic variable and a tight row: the last ones take their places. */
  #shrink(variable: number, slack: number): void {
    const { inverse, factors, row, variables, tight, values } = this.#memory;
    const stride = this.#stride;
    const last = this.#size - 1;
    const start = variable * stride;
    const pivot = inverse[start + slack];
    for (let q = 0; q < padded(this.#size); q++) row[q] = inverse[start + q];
    for (let p = 0; p <= last; p++) factors[p] = p === variable ? 0 : -inverse[p * stride + slack] / pivot;
    this.#addMultiples();
    inverse.copyWithin(start, last * stride, last * stride + padded(this.#size));
    for (let p = 0; p < last; p++) {
      inverse[p * stride + slack] = inverse[p * stride + last];
      inverse[p * stride + last] = 0;
    }
    variables[variable] = variables[last];
    values[variable] = values[last];
    tight[slack] = tight[last];
    this.#size--;
  }
}

/** The memory of a basis: the matrix by columns, the inverse of the block, and vectors of the block's or the matrix's height. */
function memoryIn(workspace: Workspace, matrix: UnitMatrix) {
  const { height, width } = matrix;
  const most = mostOf(matrix);
  return {
    columns: workspace.uncleared(width * padded(height)),
    isWritten: workspace.int32(width),
    inverse: workspace.uncleared(most * padded(most)),
    variables: workspace.int32(most),
    tight: workspace.int32(most),
    identity: workspace.int32(most),
    values: workspace.uncleared(most),
    upper: workspace.uncleared(most),
    factors: workspace.uncleared(most),
    row: workspace.uncleared(padded(most)),
    slacks: workspace.uncleared(height),
    lower: workspace.uncleared(padded(height)),
    zeros: workspace.float64(Math.max(padded(height), padded(most))),
  };
}

/** The workspace memory of bases of these matrices. */
export function sizesOf(matrices: readonly UnitMatrix[]): WorkspaceSizes {
  return {
    float64: matrices.flatMap((matrix) => {
      const [height, most] = [padded(matrix.height), mostOf(matrix)];
      const block = padded(most);
      return [matrix.width * height, most * block, most, most, most, block, height, height, Math.max(height, block)];
    }),
    int32: matrices.flatMap((matrix) => [matrix.width, mostOf(matrix), mostOf(matrix), mostOf(matrix)]),
  };
}

/** The most variables that are basic at a time. */
function mostOf({ height, width }: UnitMatrix): number {
  return Math.min(height, width) + 1;
}
