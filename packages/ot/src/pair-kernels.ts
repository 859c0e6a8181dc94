// The loops over sparse rows of pairs of columns: kernels of which only the entries that matter are kept.
import { portableExp } from '@infimum/core/portable-math';

/** Loops over pairs. Arguments are numbers and byte offsets into the workspace. */
export interface PairKernels {
  /**
   * Rows `from` to `to`: counts the pairs of neighbouring columns, 2k and 2k + 1, of which one has
   * x_i + y_j - C_ij >= min(lowX_i, lowY_j). Counts are 32-bit integers. `y` and `lowY` have an even length, as have all
   * vectors of columns in the kernels on pairs.
   */
  countPairs(
    from: number,
    to: number,
    cols: number,
    cost: number,
    x: number,
    y: number,
    lowX: number,
    lowY: number,
    counts: number,
  ): void;

  /**
   * Rows `from` to `to`: writes the first columns of those pairs and their masses exp(scale * (x_i + y_j - C_ij)), those
   * of row i from pair `pointers`_i on; a column beyond the last has mass zero. Pointers and columns are 32-bit integers.
   */
  fillPairs(
    from: number,
    to: number,
    cols: number,
    cost: number,
    x: number,
    y: number,
    scale: number,
    lowX: number,
    lowY: number,
    pointers: number,
    columns: number,
    values: number,
  ): void;

  /** As `scalingSweep`, on a kernel K of pairs. */
  pairSweep(
    from: number,
    to: number,
    pointers: number,
    columns: number,
    values: number,
    a: number,
    v: number,
    u: number,
    rowSums: number,
    columnSums: number,
  ): void;

  /** As `planSums`, on a kernel of pairs. */
  pairSums(
    from: number,
    to: number,
    pointers: number,
    columns: number,
    values: number,
    u: number,
    v: number,
    rowSums: number,
    columnSums: number,
  ): void;

  /** The same, and the kernel becomes the plan. */
  scalePairs: PairKernels['pairSums'];

  /**
   * Rows `from` to `to` of a matrix B of pairs: writes t_i = sum_j B_ij p_j / d_i, and adds sum_i B_ij (p_j - t_i) to
   * `out`.
   */
  reducedProduct(
    from: number,
    to: number,
    pointers: number,
    columns: number,
    values: number,
    d: number,
    p: number,
    t: number,
    out: number,
  ): void;

  /** Adds every mass to one of 2^13 bins, by the upper 13 bits below its sign: four bins an octave, smallest first. */
  massBins(count: number, values: number, bins: number): void;

  /**
   * Copies the pairs with a mass of at least `threshold`; masses below it become zero there and are added to `excess`,
   * those of row i at i and those of column j at rows + j.
   *
   * Returns how many masses were kept, or -1 as soon as there are more pairs than `capacity`.
   */
  keepPairs(
    rows: number,
    pointers: number,
    columns: number,
    values: number,
    threshold: number,
    capacity: number,
    keptPointers: number,
    keptColumns: number,
    keptValues: number,
    excess: number,
  ): number;

  /**
   * Of a matrix B of pairs: writes R_i = excess_i + sum_j B_ij, and adds sum_i B_ij (R_i - B_ij) / R_i to `complement`,
   * accurately also where one entry is nearly all of its row.
   */
  schurDiagonal(
    rows: number,
    pointers: number,
    columns: number,
    values: number,
    excess: number,
    diagonal: number,
    complement: number,
  ): void;
}

/** The same loops in plain TypeScript. */
export function pairLoops(memory: Float64Array, indices: Int32Array): PairKernels {
  /** Calls back with position and column of every entry of a row. */
  const eachEntry = (
    [i, pointers, columns, values]: readonly number[],
    visit: (position: number, column: number) => void,
  ): void => {
    for (let k = indices[pointers / 4 + i]; k < indices[pointers / 4 + i + 1]; k++) {
      const column = indices[columns / 4 + k];
      visit(values / 8 + 2 * k, column);
      visit(values / 8 + 2 * k + 1, column + 1);
    }
  };
  const eachPair = (
    [from, to, cols, cost, x, y, lowX, lowY]: readonly number[],
    visit: (i: number, column: number, differences: readonly number[]) => void,
  ): void => {
    for (let i = from; i < to; i++) {
      for (let j = 0; j < cols; j += 2) {
        const differences = [j, Math.min(j + 1, cols - 1)].map(
          (l) => memory[x / 8 + i] + memory[y / 8 + l] - memory[cost / 8 + i * cols + l],
        );
        const matters = differences.some(
          (value, l) => j + l < cols && value >= Math.min(memory[lowX / 8 + i], memory[lowY / 8 + j + l]),
        );
        if (matters) visit(i, j, differences.slice(0, cols - j));
      }
    }
  };
  const sums =
    (stores: boolean): PairKernels['pairSums'] =>
    (from, to, pointers, columns, values, u, v, rowSums, columnSums) => {
      for (let i = from; i < to; i++) {
        let sum = 0;
        eachEntry([i, pointers, columns, values], (k, j) => {
          const mass = memory[u / 8 + i] * memory[k] * memory[v / 8 + j];
          if (stores) memory[k] = mass;
          sum += mass;
          memory[columnSums / 8 + j] += mass;
        });
        memory[rowSums / 8 + i] = sum;
      }
    };
  return {
    countPairs(from, to, cols, cost, x, y, lowX, lowY, counts) {
      indices.fill(0, counts / 4 + from, counts / 4 + to);
      eachPair([from, to, cols, cost, x, y, lowX, lowY], (i) => {
        indices[counts / 4 + i]++;
      });
    },
    fillPairs(from, to, cols, cost, x, y, scale, lowX, lowY, pointers, columns, values) {
      const places = indices.slice(pointers / 4 + from, pointers / 4 + to);
      eachPair([from, to, cols, cost, x, y, lowX, lowY], (i, column, differences) => {
        const place = places[i - from]++;
        indices[columns / 4 + place] = column;
        for (const lane of [0, 1]) {
          const exponent = lane < differences.length ? scale * differences[lane] : -Infinity;
          memory[values / 8 + 2 * place + lane] = exponent < -700 ? 0 : portableExp(Math.min(exponent, 708));
        }
      });
    },
    pairSweep(from, to, pointers, columns, values, a, v, u, rowSums, columnSums) {
      for (let i = from; i < to; i++) {
        let sum = 0;
        eachEntry([i, pointers, columns, values], (k, j) => {
          sum += memory[k] * memory[v / 8 + j];
        });
        memory[rowSums / 8 + i] = memory[u / 8 + i] * sum;
        const scaling = memory[a / 8 + i] / sum;
        memory[u / 8 + i] = scaling;
        eachEntry([i, pointers, columns, values], (k, j) => {
          memory[columnSums / 8 + j] += scaling * memory[k];
        });
      }
    },
    pairSums: sums(false),
    scalePairs: sums(true),
    reducedProduct(from, to, pointers, columns, values, d, p, t, out) {
      for (let i = from; i < to; i++) {
        let sum = 0;
        eachEntry([i, pointers, columns, values], (k, j) => {
          sum += memory[k] * memory[p / 8 + j];
        });
        const mean = sum / memory[d / 8 + i];
        memory[t / 8 + i] = mean;
        eachEntry([i, pointers, columns, values], (k, j) => {
          memory[out / 8 + j] += memory[k] * (memory[p / 8 + j] - mean);
        });
      }
    },
    massBins(count, values, bins) {
      for (let k = values / 8; k < values / 8 + count; k++) {
        memory[bins / 8 + (indices[2 * k + 1] >>> 18)] += memory[k];
      }
    },
    keepPairs(rows, pointers, columns, values, threshold, capacity, keptPointers, keptColumns, keptValues, excess) {
      let pairs = 0;
      let entries = 0;
      indices[keptPointers / 4] = 0;
      for (let i = 0; i < rows; i++) {
        for (let k = indices[pointers / 4 + i]; k < indices[pointers / 4 + i + 1]; k++) {
          const column = indices[columns / 4 + k];
          const masses = memory.subarray(values / 8 + 2 * k, values / 8 + 2 * k + 2);
          const isPair = masses.some((mass) => mass >= threshold);
          if (isPair && pairs === capacity) return -1;
          if (isPair) indices[keptColumns / 4 + pairs] = column;
          masses.forEach((mass, lane) => {
            const isKept = mass >= threshold;
            if (isPair) memory[keptValues / 8 + 2 * pairs + lane] = isKept ? mass : 0;
            if (isKept) {
              entries++;
            } else {
              memory[excess / 8 + i] += mass;
              memory[excess / 8 + rows + column + lane] += mass;
            }
          });
          if (isPair) pairs++;
        }
        indices[keptPointers / 4 + i + 1] = pairs;
      }
      return entries;
    },
    schurDiagonal(rows, pointers, columns, values, excess, diagonal, complement) {
      for (let i = 0; i < rows; i++) {
        let largest = 0;
        let others = memory[excess / 8 + i];
        eachEntry([i, pointers, columns, values], (k) => {
          others += Math.min(largest, memory[k]);
          largest = Math.max(largest, memory[k]);
        });
        const sum = others + largest;
        memory[diagonal / 8 + i] = sum;
        eachEntry([i, pointers, columns, values], (k, j) => {
          const rest = memory[k] === largest ? others : sum - memory[k];
          memory[complement / 8 + j] += memory[k] * (rest / sum);
        });
      }
    },
  };
}
