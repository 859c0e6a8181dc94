// The cell of a piecewise linear network in which given neurons have given signs, as a linear program over its region.
//
// Inputs are written as x = middle + halfWidth o xi with xi in [-1, 1], and rows are divided by their range, so that no
// threshold depends on the scale of weights or inputs.
import type { ForwardBounds, Phases } from '../bounds/forward-bounds.ts';
import type { Ball, PreparedRegion } from '../bounds/region.ts';
import { projectInto } from '../bounds/region.ts';
import type { PreparedNetwork } from '../networks/network.ts';
import { activationOf } from '../networks/network.ts';
import type { BoxProgram, BoxProgramAnswer } from './dual-simplex.ts';
import { provenMinimum, solveBoxProgram } from './dual-simplex.ts';

/** Inequalities row · xi >= offset, and the rounding errors of their numbers. */
export interface CellRows {
  readonly rows: number[][];
  readonly offsets: number[];
  readonly errors: number[];
  /** The divisor of each row. */
  readonly scales: number[];
}

/** A cell: its inequalities, and the outputs where they are affine in it. */
export interface Cell {
  readonly region: PreparedRegion;
  readonly inequalities: CellRows;
  /** Whether every neuron's sign is known, so that the network is affine. */
  readonly isAffine: boolean;
  /** Outputs = slopes · xi + constants, where affine: a row an output. */
  readonly slopes: Float64Array;
  readonly constants: Float64Array;
}

/**
 * The inequalities of the neurons whose signs are fixed, up to the first layer with an undecided one: deeper layers are
 * not affine there.
 */
export function cellOf(network: PreparedNetwork, region: PreparedRegion, bounds: ForwardBounds, phases: Phases): Cell {
  const { layers, inputs: n } = network;
  // A transposed: a row a (scaled) input, a column a neuron.
  let slopes = new Float64Array(n * layers[0].map.outputs);
  layers[0].map.columns(0, n, slopes);
  for (let j = 0; j < n; j++) {
    const width = layers[0].map.outputs;
    for (let i = 0; i < width; i++) slopes[j * width + i] *= region.halfWidth[j];
  }
  let constants = layers[0].map.apply(region.middle);
  for (let i = 0; i < constants.length; i++) constants[i] += layers[0].map.bias[i];
  const inequalities: CellRows = { rows: [], offsets: [], errors: [], scales: [] };
  for (let k = 0; ; k++) {
    const width = layers[k].map.outputs;
    if (k === layers.length - 1) {
      const outputs = new Float64Array(width * n);
      for (let i = 0; i < width; i++) for (let j = 0; j < n; j++) outputs[i * n + j] = slopes[j * width + i];
      return { region, inequalities, isAffine: true, slopes: outputs, constants };
    }
    let isDecided = true;
    const { slope } = layers[k];
    for (let i = 0; i < width; i++) {
      const phase = phases[k][i];
      const isUp = activationOf(layers[k], i) === 'linear' || phase > 0 || bounds.lower[k][i] > 0;
      const isDown = phase < 0 || bounds.upper[k][i] < 0;
      if (phase !== 0) {
        const row = Array.from({ length: n }, (_, j) => phase * slopes[j * width + i]);
        addRow(inequalities, row, -phase * constants[i], 2 * bounds.margin[k][i]);
      }
      if (!isUp && !isDown) isDecided = false;
      const factor = isUp ? 1 : slope;
      if (factor === 1) continue;
      constants[i] *= factor;
      for (let j = 0; j < n; j++) slopes[j * width + i] *= factor;
    }
    if (!isDecided) {
      return { region, inequalities, isAffine: false, slopes: new Float64Array(0), constants: new Float64Array(0) };
    }
    const { map } = layers[k + 1];
    const next = new Float64Array(n * map.outputs);
    map.forwardRows(slopes, n, next);
    constants = map.apply(constants);
    for (let i = 0; i < constants.length; i++) constants[i] += map.bias[i];
    slopes = next;
  }
}

/** row · xi >= offset, divided by its range over the box. */
export function addRow(
  { rows, offsets, errors, scales }: CellRows,
  row: readonly number[],
  offset: number,
  error: number,
): void {
  const range = row.reduce((sum, a) => sum + Math.abs(a), Math.abs(offset));
  const scale = range > 0 && Number.isFinite(range) ? range : 1;
  rows.push(row.map((a) => a / scale));
  offsets.push(offset / scale);
  errors.push(error / scale);
  scales.push(scale);
}

/** The program in the solver's format. */
function programOf({ rows, offsets }: CellRows, cost: Float64Array): BoxProgram {
  return { cost, rows: Float64Array.from(rows.flat()), offsets: Float64Array.from(offsets) };
}

/** The result for a cell's inequalities. */
export interface CellCheck {
  /** Proven: no input of the region satisfies them. */
  readonly isEmpty: boolean;
  /** The greatest t for which all rows exceed their offsets by t, as found: above 0 for a cell with an inside. */
  readonly depth: number;
  /** The input found. */
  readonly x: Float64Array;
  /** The program's multipliers, one a row of the cell. */
  readonly multipliers: Float64Array;
}

/** Whether a cell has points: maximises the least slack of its rows. */
export function checkCell(cell: Cell): CellCheck {
  const { inequalities, region } = cell;
  const n = region.middle.length;
  // The last variable is t / 2: rows are of range one, so that slacks lie between -2 and 2.
  const cost = new Float64Array(n + 1);
  cost[n] = -1;
  const rows = inequalities.rows.map((row) => [...row, -2]);
  const { program, answer, errors } = solveInRegion({ ...inequalities, rows }, cost, region);
  const most = -provenMinimum(program, answer.multipliers, errors);
  const x = inputAt(region, answer.x);
  const multipliers = answer.multipliers.slice(0, inequalities.rows.length);
  return { isEmpty: most < 0, depth: 2 * answer.x[n], x, multipliers };
}

/** The input for xi; variables beyond the inputs are ignored. */
export function inputAt(region: PreparedRegion, xi: Float64Array): Float64Array {
  const x = region.middle.map((m, j) => m + region.halfWidth[j] * xi[j]);
  projectInto(region, x);
  return x;
}

interface RegionSolution {
  readonly program: BoxProgram;
  readonly answer: BoxProgramAnswer;
  readonly errors: Float64Array;
}

/** Maximum number of cutting planes of a ball; then the current solution is returned. */
const MOST_CUTS = 60;

/**
 * Solves a program over a region. A ball is handled by cutting planes: while the solution lies outside, a supporting plane of the ball is
 * added. Variables beyond the inputs are free in [-1, 1].
 */
export function solveInRegion(cellRows: CellRows, cost: Float64Array, region: PreparedRegion): RegionSolution {
  const inequalities: CellRows = {
    rows: cellRows.rows.slice(),
    offsets: cellRows.offsets.slice(),
    errors: cellRows.errors.slice(),
    scales: cellRows.scales.slice(),
  };
  const { ball } = region;
  for (let cut = 0; ; cut++) {
    const program = programOf(inequalities, cost);
    const answer = solveBoxProgram(program);
    const errors = Float64Array.from(inequalities.errors);
    if (!ball || answer.status !== 'optimal' || cut === MOST_CUTS) return { program, answer, errors };
    if (!cutOff(inequalities, region, ball, answer.x, cost.length)) return { program, answer, errors };
  }
}

/** Adds the plane that separates x from the ball, if it lies outside: d · (x - centre) <= radius |d|_dual. */
function cutOff(
  inequalities: CellRows,
  { middle, halfWidth }: PreparedRegion,
  { center, radius, norm }: Ball,
  xi: Float64Array,
  variables: number,
): boolean {
  const offset = middle.map((m, j) => m + halfWidth[j] * xi[j] - center[j]);
  const size = norm === 'l1' ? offset.reduce((sum, d) => sum + Math.abs(d), 0) : Math.hypot(...offset);
  if (!(size > radius * (1 + 1e-10))) return false;
  const direction = norm === 'l1' ? offset.map(Math.sign) : offset.map((d) => d / size);
  const dual = norm === 'l1' ? 1 : Math.hypot(...direction);
  const row = Array.from({ length: variables }, (_, j) => (j < middle.length ? -direction[j] * halfWidth[j] : 0));
  let constant = 0;
  let magnitude = radius;
  for (let j = 0; j < middle.length; j++) {
    constant += direction[j] * (center[j] - middle[j]);
    magnitude += Math.abs(direction[j] * (Math.abs(center[j]) + Math.abs(middle[j])));
  }
  addRow(inequalities, row, -(radius * dual + constant), magnitude * (middle.length + 8) * 2 ** -50);
  return true;
}
