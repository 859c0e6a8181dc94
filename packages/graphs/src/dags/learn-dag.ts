// From a table of measurements to a readable graph: named edges, edges that data cannot orient, and their stability.
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { asMatrix, checkInteger, checkList, checkObject, checkText, fault, Random, resolveOptions } from '@infimum/core';
import { toCpdag } from './dag-graph.ts';
import { topoByScore } from './topo-scores.ts';

/** A table with names. */
export interface NamedTable {
  /** Names of the columns. */
  readonly names: readonly string[];
  /** A row a sample. */
  readonly data: MatrixLike;
}

const learnDagOptions = {
  forbidden: { type: 'value', check: checkNamed, description: 'Forbidden edges, pairs [cause, effect] of names' },
  required: { type: 'value', check: checkNamed, description: 'Required edges' },
  bootstraps: {
    type: 'integer',
    min: 0,
    max: 10_000,
    default: 0,
    description: 'Bootstrap samples on which the graph is learnt again, for the support of edges',
  },
  starts: { type: 'integer', was: 'restarts', min: 1, max: 1000, default: 5, description: 'Starts of the search' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of starts and samples' },
} as const satisfies OptionSpecs;

function checkNamed(value: unknown, argument: string): asserts value is readonly (readonly [string, string])[] {
  if (
    Array.isArray(value) &&
    value.every((edge) => Array.isArray(edge) && edge.length === 2 && edge.every((name) => typeof name === 'string'))
  )
    return;
  throw fault('expected a list of pairs [cause, effect] of names', argument, 'type');
}

/** Options of `learnDag`. */
export type LearnDagOptions = OptionsOf<typeof learnDagOptions>;

/** An edge. */
export interface LearnedEdge {
  /** Cause. */
  readonly from: string;
  /** Effect. */
  readonly to: string;
  /** Change of the effect for a unit change of the cause, with the other causes fixed. */
  readonly weight: number;
  /** Whether the data determine the direction, by the pattern of independences; false if the reversed edge fits equally well. */
  readonly isOriented: boolean;
  /** Share of the bootstrap samples with an edge between the two; NaN never, 0 without samples. */
  readonly support: number;
  /** Share of the bootstrap samples with the edge in this direction. */
  readonly directionSupport: number;
}

/** A graph that was learnt. */
export interface LearnedDag {
  /** Edges, the largest effects first. */
  readonly edges: readonly LearnedEdge[];
  /** W row by row. */
  readonly weights: Float64Array;
  /** Causes before effects. */
  readonly order: readonly string[];
  /** The directions that data can determine: 1 at [i, j] and 0 at [j, i] for i → j, 1 at both for an edge of either direction. */
  readonly cpdag: Uint8Array;
  /** ½ Σ log residual variance + log(n)/2n an edge, in standard units. */
  readonly score: number;
}

/**
 * Learns a causal graph with linear effects from a table: topological swaps by the Bayesian information criterion, which does
 * not depend on units. Assumes that there are no hidden common causes and no cycles. Edges that the data cannot orient are marked as such.
 * Meant for up to some 30 columns.
 *
 * @throws {InvalidInputError} for a table that is not finite, constant columns, names that do not exist
 *
 * Source: Optimizing NOTEARS objectives via topological swaps, arXiv 2305.17277.
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { learnDag } from '@infimum/graphs';
 *
 * // Two causes and their common effect: a collider, whose directions the data tell.
 * const noise = new Random(3).normals(new Float64Array(1500));
 * const values = noise.map((own, at) => (at % 3 === 2 ? noise.subarray(at - 2, at + 1).reduce((a, b) => a + b) : own));
 * const { edges } = learnDag({ names: ['rain', 'sprinkler', 'wet'], data: { rows: 500, cols: 3, values } });
 * console.log(edges.map(({ from, to, isOriented }) => `${from} → ${to} ${isOriented}`).sort().join(', ')); // rain → wet true, sprinkler → wet true
 * ```
 */
export function learnDag(table: NamedTable, options: LearnDagOptions = {}): LearnedDag {
  checkObject(table, 'table');
  const { names } = table;
  checkList(names, 'names', checkText);
  const data = asMatrix(table.data, 'data');
  const { forbidden, required, bootstraps, starts, seed } = resolveOptions(learnDagOptions, options);
  if (names.length !== data.cols) throw fault(`expected ${data.cols} names, got ${names.length}`, 'names', 'shape');
  const numbered = (edges: readonly (readonly [string, string])[] | undefined, argument: string) =>
    edges?.map((edge, index) => {
      const places = edge.map((name) => names.indexOf(name));
      if (places.includes(-1)) {
        throw fault(`names '${edge[places.indexOf(-1)]}', which is not a column`, argument, 'unknown', index);
      }
      return places as unknown as readonly [number, number];
    });
  const knowledge = { forbidden: numbered(forbidden, 'forbidden'), required: numbered(required, 'required') };
  const learn = (table: DenseLike, start: number) => topoByScore(table, { score: 'bic', starts, seed: start, ...knowledge });
  const found = learn(data, seed);
  const d = names.length;
  const cpdag = toCpdag(found.weights);
  const [either, directed] = [new Float64Array(d * d), new Float64Array(d * d)];
  const random = new Random(seed).split(1);
  for (let sample = 0; sample < bootstraps; sample++) {
    const rows = Int32Array.from({ length: data.rows }, () => random.integer(data.rows));
    const values = new Float64Array(data.rows * d);
    rows.forEach((row, r) => {
      for (let j = 0; j < d; j++) values[r * d + j] = data.values[row * d + j];
    });
    const { weights } = learn({ rows: data.rows, cols: d, values }, seed + sample + 1);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        if (weights[i * d + j] === 0) continue;
        directed[i * d + j] += 1 / bootstraps;
        either[i * d + j] += 1 / bootstraps;
        either[j * d + i] += 1 / bootstraps;
      }
    }
  }
  const edges: LearnedEdge[] = [];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const weight = found.weights[i * d + j];
      if (weight === 0) continue;
      edges.push({
        from: names[i],
        to: names[j],
        weight,
        isOriented: cpdag[j * d + i] === 0,
        support: either[i * d + j],
        directionSupport: directed[i * d + j],
      });
    }
  }
  edges.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return { edges, weights: found.weights, order: Array.from(found.order, (node) => names[node]), cpdag, score: found.score };
}

/**
 * Reads comma-separated values: a header of names, then numbers. Cells may be quoted.
 *
 * @param options - `missing`: how to treat rows with empty cells or `NA`; `error` names the first, `drop` omits them
 * @throws {InvalidInputError} naming row and column of a cell that is not a number
 *
 * @example
 * ```ts
 * import { readTable } from '@infimum/graphs';
 *
 * const { names, data } = readTable('height,"weight, kg"\n1.8,80\n1.7,65\n');
 * console.log(names.join(' | '), data.rows); // height | weight, kg 2
 * ```
 */
export function readTable(
  csv: string,
  options: { readonly missing?: 'error' | 'drop' } = {},
): NamedTable & { readonly data: DenseLike } {
  checkText(csv, 'csv');
  checkObject(options, 'options');
  const { missing = 'error' } = options;

  const lines = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length < 2) throw fault('expected a header and rows', 'csv', 'empty');
  const [names, ...rows] = lines.map(cellsOf);
  const kept: number[] = [];
  let count = 0;
  rows.forEach((cells, r) => {
    if (cells.length !== names.length) {
      throw fault(`has ${cells.length} cells in row ${r + 1}, expected ${names.length}`, 'csv', 'shape', r);
    }
    const empty = cells.findIndex((cell) => cell === '' || /^(na|nan|null)$/i.test(cell));
    if (empty >= 0) {
      if (missing === 'drop') return;
      throw fault(`has no number in row ${r + 1}, column '${names[empty]}'; 'drop' leaves such rows out`, 'csv', 'missing', r);
    }
    for (const [j, cell] of cells.entries()) {
      const value = Number(cell);
      if (!Number.isFinite(value)) {
        throw fault(`has '${cell}' in row ${r + 1}, column '${names[j]}', which is not a number`, 'csv', 'type', r);
      }
      kept.push(value);
    }
    count++;
  });
  checkInteger(count, 'rows', { min: 2 });
  return { names, data: { rows: count, cols: names.length, values: Float64Array.from(kept) } };
}

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of `${line},`.matchAll(/(?:\s*"((?:[^"]|"")*)"\s*|([^,]*)),/g))
    cells.push(quoted !== undefined ? quoted.replaceAll('""', '"') : plain.trim());
  return cells;
}
