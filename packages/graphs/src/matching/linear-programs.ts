// The linear programmes that bound online matching, solved by HiGHS, which is loaded on first use.
//
// Online Matching with Stochastic Rewards: Advanced Analyses Using Configuration Linear Programs (2023), arXiv 2309.10289.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import type { Highs, ModelData } from 'highs';
import type { OnlineInstance, OnlineInstanceLike } from './online-instance.ts';
import { asOnlineInstance, offlineView } from './online-instance.ts';
import { dualAt } from './stochastic-configuration-dual.ts';

/** The result of a linear programme of online matching. */
export interface MatchingBound {
  /** The optimum. */
  readonly value: number;
  /** Columns and rows of the programme. */
  readonly columns: number;
  /** Rows. */
  readonly rows: number;
}

/** Further results of the stochastic configuration programme. */
export interface ConfigurationSolution extends MatchingBound {
  /** A proved upper bound: the dual value of `beta`, computed independently of the solver. */
  readonly bound: number;
  /** α of the offline vertices. */
  readonly alpha: Float64Array;
  /** β of the arrivals. */
  readonly beta: Float64Array;
  /** The probability with which each edge is tried. */
  readonly attempts: Float64Array;
  /** Rounds of column generation; 0 for the compact form. */
  readonly rounds: number;
}

/** A column: its gain, and its entries. */
interface Column {
  readonly gain: number;
  readonly rows: readonly number[];
  readonly values: readonly number[];
}

let loaded: Promise<Highs> | undefined;

/** HiGHS is 3.5 MB of WebAssembly: simulations alone do not load it. */
function loadHighs(): Promise<Highs> {
  // Its declarations are those of CommonJS, where the default export is the module.
  loaded ??= import('highs').then((module) => (module.default as unknown as () => Promise<Highs>)());
  return loaded;
}

/** max Σ gain x, A x ≤ right-hand side, x ≥ 0, in the format of HiGHS. */
function modelOf(columns: readonly Column[], right: Float64Array, lower?: Float64Array): ModelData {
  const starts = new Int32Array(columns.length + 1);
  columns.forEach(({ rows }, j) => {
    starts[j + 1] = starts[j] + rows.length;
  });
  return {
    numCols: columns.length,
    numRows: right.length,
    colCost: Float64Array.from(columns, ({ gain }) => -gain),
    colLower: new Float64Array(columns.length),
    colUpper: new Float64Array(columns.length).fill(Infinity),
    rowLower: lower ?? new Float64Array(right.length).fill(-Infinity),
    rowUpper: right,
    matrix: {
      format: 'csc',
      numRows: right.length,
      numCols: columns.length,
      starts,
      indices: Int32Array.from(columns.flatMap(({ rows }) => rows)),
      values: Float64Array.from(columns.flatMap(({ values }) => values)),
    },
  };
}

const quiet = { output_flag: false } as const;

async function maximum(columns: readonly Column[], rows: number): Promise<number> {
  if (columns.length === 0) return 0;
  const highs = await loadHighs();
  return highs.withModel(modelOf(columns, new Float64Array(rows).fill(1)), (model) => {
    model.options.set(quiet);
    const { modelStatus } = model.run();
    checkOptimal(highs, modelStatus);
    return -model.getObjectiveValue();
  });
}

function checkOptimal(highs: Highs, status: number): void {
  if (status === highs.constants.modelStatus.optimal) return;
  throw new Error(`HiGHS ended with model status ${status}, not with an optimum`);
}

/** Weights over the largest, so that the solver's absolute tolerances are meaningful. */
function scaledWeights({ weights }: OnlineInstance): { scale: number; own: Float64Array } {
  const scale = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  return { scale, own: weights.map((weight) => weight / scale) };
}

/**
 * The budgeted matching programme: max Σ w p x with Σ_v p_uv x_uv ≤ 1 for each offline u and Σ_u x_uv ≤ 1 for each
 * arrival. The weakest of the upper bounds.
 *
 * @throws {InvalidInputError} for an instance at fault
 *
 * @example
 * ```ts
 * import { matchingLp, onlineInstance } from '@infimum/graphs/linear-programs';
 *
 * console.log((await matchingLp(onlineInstance([[0.6, 0.3], [0.4, 0.9], [0.5, 0.2]]))).value.toFixed(2)); // 1.95
 * ```
 */
export async function matchingLp(instance: OnlineInstanceLike): Promise<MatchingBound> {
  const online = asOnlineInstance(instance);
  const { columnIndices, probabilities, weights, rowPointers } = online;
  const { scale, own } = scaledWeights(online);
  const { arrivals } = offlineView(online);
  const columns = Array.from(
    columnIndices,
    (u, k): Column => ({
      gain: own[u] * probabilities[k],
      rows: [u, weights.length + arrivals[k]],
      values: [probabilities[k], 1],
    }),
  );
  const rows = weights.length + rowPointers.length - 1;
  return { value: scale * (await maximum(columns, rows)), columns: columns.length, rows };
}

/** All nonempty subsets of the edges of every offline vertex, in the order of arrival. */
function* configurations(instance: OnlineInstance, most: number): Generator<{ u: number; edges: number[] }> {
  const { begins, edges } = offlineView(instance);
  for (let u = 0; u < instance.weights.length; u++) {
    const own = edges.subarray(begins[u], begins[u + 1]);
    if (own.length > most) {
      throw fault(`vertex ${u} has ${own.length} neighbours; at most ${most} are enumerated`, 'columnIndices', 'too-large');
    }
    for (let set = 1; set < 2 ** own.length; set++) yield { u, edges: Array.from(own.filter((_, bit) => (set >> bit) & 1)) };
  }
}

/**
 * The configuration programme: max Σ w_u min(1, Σ_{v∈S} p_uv) x_{u,S}, each u in one configuration S, each v in one. It
 * bounds the best integral assignment; for probabilities that are not small it does not bound adaptive algorithms.
 *
 * @throws {InvalidInputError} `too-large` for a vertex with more than 16 neighbours
 */
export async function configurationLp(instance: OnlineInstanceLike): Promise<MatchingBound> {
  const online = asOnlineInstance(instance);
  const { probabilities, weights, rowPointers } = online;
  const { scale, own } = scaledWeights(online);
  const { arrivals } = offlineView(online);
  const columns: Column[] = [];
  for (const { u, edges } of configurations(online, 16)) {
    const sum = edges.reduce((total, k) => total + probabilities[k], 0);
    columns.push({
      gain: own[u] * Math.min(1, sum),
      rows: [u, ...edges.map((k) => weights.length + arrivals[k])],
      values: [1, ...edges.map(() => 1)],
    });
  }
  const rows = weights.length + rowPointers.length - 1;
  return { value: scale * (await maximum(columns, rows)), columns: columns.length, rows };
}

/**
 * The path-based programme, for study: a variable for every offline vertex, every outcome of all other edges' coins, and
 * every sequence of attempts. Exponential in the number of edges; the stochastic configuration programme is its average.
 *
 * @throws {InvalidInputError} `too-large` for more than 12 edges
 */
export async function pathLp(instance: OnlineInstanceLike): Promise<MatchingBound> {
  const online = asOnlineInstance(instance);
  const { probabilities, weights, rowPointers, columnIndices } = online;
  const count = columnIndices.length;
  if (count > 12) throw fault(`has ${count} edges; at most 12 are feasible`, 'columnIndices', 'too-large');
  const { scale, own } = scaledWeights(online);
  const { begins, edges, arrivals } = offlineView(online);
  const outcomes = 2 ** count;
  const rowsOfVertices: Map<number, number>[] = Array.from(weights, () => new Map());
  let rows = 0;
  const maskOf = (u: number) => edges.subarray(begins[u], begins[u + 1]).reduce((mask, k) => mask | (1 << k), 0);
  for (let u = 0; u < weights.length; u++) {
    for (let omega = 0; omega < outcomes; omega++) if (!(omega & maskOf(u))) rowsOfVertices[u].set(omega, rows++);
  }
  const firstOfArrivals = rows;
  rows += (rowPointers.length - 1) * outcomes;
  const columns: Column[] = [];
  for (const { u, edges: chosen } of configurations(online, 12)) {
    const mask = maskOf(u);
    const gain = own[u] * (1 - chosen.reduce((fail, k) => fail * (1 - probabilities[k]), 1));
    for (const [others, row] of rowsOfVertices[u]) {
      let chance = 1;
      for (let k = 0; k < count; k++)
        if (!((mask >> k) & 1)) chance *= (others >> k) & 1 ? probabilities[k] : 1 - probabilities[k];
      const column = { gain: chance * gain, rows: [row], values: [1] };
      for (let omega = 0; omega < outcomes; omega++) {
        if ((omega & ~mask) !== others) continue;
        for (const k of chosen) {
          column.rows.push(firstOfArrivals + arrivals[k] * outcomes + omega);
          column.values.push(1);
          if ((omega >> k) & 1) break; // a success: nothing later is tried
        }
      }
      columns.push(column);
    }
  }
  return { value: scale * (await maximum(columns, rows)), columns: columns.length, rows };
}

const configurationOptions = {
  method: {
    type: 'choice',
    choices: ['compact', 'column-generation'],
    default: 'compact',
    description: 'The polynomial form, or configurations generated on demand',
  },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative gap of column generation' },
  maxRounds: { type: 'integer', min: 1, default: 1000, description: 'Rounds of column generation' },
} as const satisfies OptionSpecs;

/** Options of `stochasticConfigurationLp`. */
export type StochasticConfigurationLpOptions = OptionsOf<typeof configurationOptions>;

/**
 * The stochastic configuration programme, an upper bound on every algorithm, the clairvoyant adaptive one included:
 *
 *     max Σ w_u (1 − Π_{v∈S}(1−p_uv)) x_{u,S},  Σ_S x_{u,S} ≤ 1,  Σ_u Σ_{S∋v} x_{u,S} Π_{v'∈S before v}(1−p_uv') ≤ 1.
 *
 * The compact form has the probabilities a_e of attempts as variables, max Σ w p a with a_e ≤ s_e, s_{k+1} = s_k − p_k a_k,
 * Σ_{e at v} a_e ≤ 1: exact, with O(edges) variables; up to some thousand edges. Column generation solves the form above
 * with the best configurations by the recursion of the dual, and smoothed prices. `bound` is proved by the dual prices, independently of
 * the solver.
 *
 * @throws {InvalidInputError} for an instance or options at fault
 *
 * Source: Online Matching with Stochastic Rewards, arXiv 2309.10289.
 *
 * @example
 * ```ts
 * import { onlineInstance, stochasticConfigurationLp } from '@infimum/graphs/linear-programs';
 *
 * const instance = onlineInstance([[0.6, 0.3], [0.4, 0.9], [0.5, 0.2]]);
 * const { value, bound } = await stochasticConfigurationLp(instance);
 * console.log(value.toFixed(4), bound.toFixed(4)); // 1.7200 1.7200
 * ```
 */
export async function stochasticConfigurationLp(
  instance: OnlineInstanceLike,
  options: StochasticConfigurationLpOptions = {},
): Promise<ConfigurationSolution> {
  const resolved = resolveOptions(configurationOptions, options);
  const online = asOnlineInstance(instance);
  const { scale, own } = scaledWeights(online);
  const scaled = { ...online, weights: own };
  const highs = await loadHighs();
  const solution = resolved.method === 'compact' ? compact(highs, scaled) : generateColumns(highs, scaled, resolved);
  const { value, alpha } = dualAt(scaled, offlineView(online), solution.beta);
  return {
    ...solution,
    value: solution.value * scale,
    bound: value * scale,
    alpha: alpha.map((a) => a * scale),
    beta: solution.beta.map((b) => b * scale),
  };
}

type Inner = Omit<ConfigurationSolution, 'bound' | 'alpha'>;

function withoutEdges({ rowPointers }: OnlineInstance) {
  return { value: 0, beta: new Float64Array(rowPointers.length - 1), attempts: new Float64Array(0), rounds: 0 };
}

/** Variables a_e, then s_e; rows a_e − s_e ≤ 0, then the chain of s, then the arrivals. */
function compact(highs: Highs, instance: OnlineInstance): Inner {
  const { weights, columnIndices, probabilities, rowPointers } = instance;
  const { begins, edges, arrivals } = offlineView(instance);
  const count = columnIndices.length;
  const sizes = { columns: 2 * count, rows: 2 * count + rowPointers.length - 1 };
  if (count === 0) return { ...withoutEdges(instance), ...sizes };
  const successor = new Int32Array(count).fill(-1);
  const isFirst = new Uint8Array(count);
  for (let u = 0; u < weights.length; u++) {
    for (let at = begins[u]; at < begins[u + 1]; at++) {
      if (at === begins[u]) isFirst[edges[at]] = 1;
      else successor[edges[at - 1]] = edges[at];
    }
  }
  /** A column of edge e, with its share in the row of the next edge's survival. */
  const column = (e: number, gain: number, rows: readonly number[], values: readonly number[], share: number): Column =>
    successor[e] < 0 ? { gain, rows, values } : { gain, rows: [...rows, count + successor[e]], values: [...values, share] };
  const attempts = Array.from(columnIndices, (u, e) =>
    column(e, weights[u] * probabilities[e], [e, 2 * count + arrivals[e]], [1, 1], probabilities[e]),
  );
  const survivals = Array.from(columnIndices, (_, e) => column(e, 0, [e, count + e], [-1, 1], -1));
  const upper = new Float64Array(sizes.rows).fill(1, 2 * count);
  const lower = new Float64Array(sizes.rows).fill(-Infinity);
  for (let e = 0; e < count; e++) lower[count + e] = upper[count + e] = isFirst[e];
  return highs.withModel(modelOf([...attempts, ...survivals], upper, lower), (model) => {
    model.options.set(quiet);
    checkOptimal(highs, model.run().modelStatus);
    const { colValue, rowDual } = model.getSolution();
    const beta = Float64Array.from(rowDual.subarray(2 * count), (dual) => Math.max(0, -dual));
    return { value: -model.getObjectiveValue(), beta, attempts: colValue.slice(0, count), rounds: 0, ...sizes };
  });
}

/** The restricted master with the best configurations by the recursion, until the Lagrangian bound meets it. */
function generateColumns(
  highs: Highs,
  instance: OnlineInstance,
  options: { readonly tolerance: number; readonly maxRounds: number },
): Inner {
  const { weights, probabilities, columnIndices, rowPointers } = instance;
  const view = offlineView(instance);
  const { begins, edges, arrivals } = view;
  const size = weights.length;
  const configuration = (u: number, chosen: readonly number[]): Column => {
    let survival = 1;
    const column = { gain: 0, rows: [u], values: [1] };
    for (const k of chosen) {
      column.rows.push(size + arrivals[k]);
      column.values.push(survival);
      column.gain += weights[u] * survival * probabilities[k];
      survival *= 1 - probabilities[k];
    }
    return column;
  };
  const chosenBy: number[][] = [];
  const columns: Column[] = [];
  const add = (u: number, chosen: number[]) => {
    chosenBy.push(chosen);
    columns.push(configuration(u, chosen));
  };
  for (let u = 0; u < size; u++) {
    const own = Array.from(edges.subarray(begins[u], begins[u + 1]));
    if (own.length > 0) add(u, own);
    for (const k of own) add(u, [k]);
  }
  const rows = size + rowPointers.length - 1;
  if (columns.length === 0) return { ...withoutEdges(instance), columns: 0, rows };
  return highs.withModel(modelOf(columns, new Float64Array(rows).fill(1)), (model) => {
    model.options.set(quiet);
    const response = new Float64Array(columnIndices.length);
    let [best, bestBound] = [new Float64Array(rowPointers.length - 1), Infinity];
    let smoothed: Float64Array | undefined;
    for (let round = 1; ; round++) {
      checkOptimal(highs, model.run().modelStatus);
      const { colValue, rowDual } = model.getSolution();
      const value = -model.getObjectiveValue();
      const duals = rowDual.map((dual) => Math.max(0, -dual));
      const exact = duals.slice(size);
      smoothed = smoothed ? smoothed.map((price, v) => 0.5 * price + 0.5 * exact[v]) : exact.slice();
      let added = 0;
      // Smoothed prices first; if they find no column, the master's own.
      for (const beta of [smoothed, exact]) {
        if (added > 0) break;
        const { value: bound } = dualAt(instance, view, beta, response);
        if (bound < bestBound) [best, bestBound] = [beta.slice(), bound];
        const fresh: Column[] = [];
        for (let u = 0; u < size; u++) {
          const chosen = Array.from(edges.subarray(begins[u], begins[u + 1])).filter((k) => response[k] > 0);
          if (chosen.length === 0) continue;
          const column = configuration(u, chosen);
          const profit = column.rows.reduce((rest, row, i) => rest - duals[row] * column.values[i], column.gain);
          if (profit <= 1e-9) continue;
          chosenBy.push(chosen);
          fresh.push(column);
        }
        added = fresh.length;
        columns.push(...fresh);
        if (added > 0) model.addCols(addition(fresh, rows));
      }
      const isDone = bestBound - value <= options.tolerance * Math.max(bestBound, Number.MIN_VALUE);
      if (isDone || added === 0 || round >= options.maxRounds) {
        const attempts = new Float64Array(columnIndices.length);
        colValue.forEach((mass, j) => {
          let survival = mass;
          for (const k of chosenBy[j]) {
            attempts[k] += survival;
            survival *= 1 - probabilities[k];
          }
        });
        return { value, beta: best, attempts, rounds: round, columns: columns.length, rows };
      }
    }
  });
}

/** New columns in the format of HiGHS. */
function addition(columns: readonly Column[], rows: number) {
  const { colCost: cost, colLower: lower, colUpper: upper, matrix } = modelOf(columns, new Float64Array(rows));
  return { cost, lower, upper, matrix } as Parameters<ReturnType<Highs['createModel']>['addCols']>[0];
}
