// The mixed equilibria of games of three and more players on given supports: all zeros of the equations of indifference, by interval
// subdivision. A box is dropped when no weights in it can solve them, and kept as one equilibrium when Krawczyk's test proves that it
// holds exactly one.
//
// R. Krawczyk: Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken (1969); supports: R. Porter, E. Nudelman,
// Y. Shoham: Simple search methods for finding a Nash equilibrium (2008).
import { solveSmall } from '@infimum/linalg/numerics';
import { U } from '@infimum/rigor';
import type { NormalFormGame } from './normal-form-game.ts';
import { rangeOf, stridesOf } from './normal-form-game.ts';

/** The equilibria found on given supports. */
export interface SupportZeros {
  /** Mixed strategies; every weight is within 1e-9 of an equilibrium's. */
  readonly found: readonly (readonly Float64Array[])[];
  /** Whether another choice is as good as those of a support. */
  readonly hasTies: boolean;
  /** Boxes of weights that are neither dropped nor shown to hold an equilibrium. */
  readonly undecided: number;
}

/** Lower and upper ends of the weights of one player's support. */
interface Side {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Sides smaller than this are not split further. */
const SMALLEST = 1e-6;
/** Number of undecided boxes after which supports are given up. */
const MOST_UNDECIDED = 20;
/** Maximum number of boxes for one choice of supports. */
const MOST_BOXES = 20_000;

/** A linear form in each player's weights: a coefficient for every joint choice of the other players' supports. */
interface Form {
  /** Players whose weights it is linear in, with the numbers of their choices. */
  readonly players: readonly number[];
  readonly values: Float64Array;
  /** A bound on its rounding error. */
  readonly error: number;
}

/** The least (sign 1) or largest (sign -1) sum of weights times costs, for weights between ends that sum to 1. */
function extreme(costs: Float64Array, { low, high }: Side, sign: number): number {
  let rest = 1;
  let sum = 0;
  for (let k = 0; k < costs.length; k++) {
    rest -= low[k];
    sum += low[k] * costs[k];
  }
  const order = Array.from(costs.keys()).sort((a, b) => sign * (costs[a] - costs[b]));
  for (const k of order) {
    const more = Math.min(rest, high[k] - low[k]);
    if (!(more > 0)) break;
    sum += more * costs[k];
    rest -= more;
  }
  return sum;
}

/** A bound on a form over a box, from below (sign 1) or above (sign -1). */
function bound({ players, values, error }: Form, box: readonly Side[], sign: number): number {
  let costs = values;
  for (let p = players.length - 1; p >= 0; p--) {
    const side = box[players[p]];
    const size = side.low.length;
    const next = new Float64Array(costs.length / size);
    for (let a = 0; a < next.length; a++) next[a] = extreme(costs.subarray(a * size, (a + 1) * size), side, sign);
    costs = next;
  }
  return costs[0] - sign * error;
}

/** All equations and inequalities of one choice of supports, and the derivatives of the equations. */
class System {
  readonly supports: readonly (readonly number[])[];
  /** The gain of a choice of the support over its last one: 0 in an equilibrium. */
  readonly equations: Form[] = [];
  /** The gain of a choice outside the support over its last one: not positive in an equilibrium. */
  readonly others: Form[] = [];
  /** Place of each unknown: player and choice; the last weight of a player is 1 minus the others. */
  readonly unknowns: { readonly player: number; readonly k: number }[] = [];
  /** A player who has more equations than the others have unknowns: they are generically unsolvable; -1 if none. */
  readonly surplus: number;
  /** Derivatives, a row an equation. */
  readonly slopes: (Form | undefined)[] = [];

  constructor(game: NormalFormGame, supports: readonly (readonly number[])[]) {
    this.supports = supports;
    const free = supports.reduce((sum, { length }) => sum + length - 1, 0);
    this.surplus = supports.findIndex(({ length }) => 2 * (length - 1) > free);
    for (const [player, own] of supports.entries()) {
      const last = own[own.length - 1];
      for (let k = 0; k < game.actions[player]; k++) {
        if (k === last) continue;
        const form = gainOf(game, supports, player, k, last);
        if (!own.includes(k)) this.others.push(form);
        else {
          this.unknowns.push({ player, k: own.indexOf(k) });
          this.equations.push(form);
        }
      }
    }
    for (const form of this.equations)
      for (const { player, k } of this.unknowns) this.slopes.push(slopeOf(form, supports, player, k));
  }
}

/** The gain of the player's choice k over another one, by joint choices of the others' supports. */
function gainOf(
  { actions, payoffs, exact }: NormalFormGame,
  supports: readonly (readonly number[])[],
  player: number,
  k: number,
  base: number,
): Form {
  const strides = stridesOf(actions);
  const players = supports.flatMap((_, i) => (i === player ? [] : [i]));
  let places = [0];
  for (const i of players) places = places.flatMap((place) => supports[i].map((choice) => place + choice * strides[i]));
  const table = payoffs[player];
  const unit = rangeOf(table) || 1;
  const values = Float64Array.from(
    places,
    (place) => (table[place + k * strides[player]] - table[place + base * strides[player]]) / unit,
  );
  // Every level of a bound is a sum of weights times costs, both with errors; fractions are within an ulp of their payoffs.
  const largest = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = 8 * U * (players.length * (Math.max(...actions) + 4) + (exact ? largest / unit : 0));
  return { players, values, error };
}

/** The derivative of a form by a weight, the last one of the same player moving against it; nothing where it is 0. */
function slopeOf(
  { players, values, error }: Form,
  supports: readonly (readonly number[])[],
  player: number,
  k: number,
): Form | undefined {
  const at = players.indexOf(player);
  if (at < 0) return undefined;
  const size = supports[player].length;
  const inner = players.slice(at + 1).reduce((product, i) => product * supports[i].length, 1);
  const out = new Float64Array(values.length / size);
  for (let o = 0; o < out.length; o++) {
    const place = Math.floor(o / inner) * size * inner + (o % inner);
    out[o] = values[place + k * inner] - values[place + (size - 1) * inner];
  }
  return { players: players.filter((i) => i !== player), values: out, error: 2 * error };
}

/** Narrows the ends to weights that sum to 1; false if there are none. */
function tighten({ low, high }: Side): boolean {
  const [least, most] = [low.reduce((a, b) => a + b), high.reduce((a, b) => a + b)];
  const slack = 4 * low.length * U;
  for (let k = 0; k < low.length; k++) {
    const [from, to] = [1 - (most - high[k]) - slack, 1 - (least - low[k]) + slack];
    low[k] = Math.max(low[k], from);
    high[k] = Math.min(high[k], to);
    if (low[k] > high[k]) return false;
  }
  return true;
}

/**
 * All equilibria with exactly these supports. Yields every few hundred boxes.
 *
 * @param supports - choices of every player, in rising order
 */
export function* zerosOnSupports(
  game: NormalFormGame,
  supports: readonly (readonly number[])[],
): Generator<void, SupportZeros> {
  const system = new System(game, supports);
  const found: { readonly middle: Float64Array[]; readonly radius: number }[] = [];
  let [undecided, hasTies, looked] = [0, false, 0];
  const boxes: Side[][] = [
    supports.map(({ length }) => ({ low: new Float64Array(length), high: new Float64Array(length).fill(1) })),
  ];
  for (let box = boxes.pop(); box; box = boxes.pop()) {
    if (++looked % 200 === 0) yield;
    if (looked > MOST_BOXES || undecided >= MOST_UNDECIDED)
      return { found: found.map(({ middle }) => middle), hasTies, undecided: undecided + 1 };
    if (!box.every(tighten) || isImpossible(system, box)) continue;
    const zero = uniqueZero(system, box);
    if (zero === 'none') continue;
    if (zero) {
      const { middle, radius } = zero;
      // A zero on the border of the box is seen from both sides.
      const isKnown = found.some((other) =>
        middle.every((x, i) => x.every((w, k) => Math.abs(w - other.middle[i][k]) <= radius + other.radius)),
      );
      const least = Math.min(...middle.map((x) => Math.min(...x)));
      if (isKnown || least < -radius) continue;
      const near = middle.map((x) => ({ low: x.map((w) => w - radius), high: x.map((w) => w + radius) }));
      if (system.others.some((form) => bound(form, near, 1) > 0)) continue;
      if (least <= radius) undecided++;
      else {
        hasTies ||= system.others.some((form) => bound(form, near, -1) >= 0);
        found.push({ middle, radius });
      }
      continue;
    }
    const halves = halvesOf(box, system.surplus);
    if (halves) boxes.push(...halves);
    else undecided++;
  }
  return { found: found.map(({ middle }) => middle), hasTies, undecided };
}

/** Whether some equation or inequality holds nowhere in the box. */
function isImpossible({ equations, others }: System, box: readonly Side[]): boolean {
  return (
    equations.some((form) => bound(form, box, 1) > 0 || bound(form, box, -1) < 0) ||
    others.some((form) => bound(form, box, 1) > 0)
  );
}

/** Both parts of a box, cut across its longest side slightly off the middle, since zeros often lie there. */
function halvesOf(box: readonly Side[], except: number): Side[][] | undefined {
  let [player, choice, widest] = [0, 0, 0];
  for (const [i, { low, high }] of box.entries()) {
    for (let k = 0; k < low.length && i !== except; k++)
      if (high[k] - low[k] > widest) [player, choice, widest] = [i, k, high[k] - low[k]];
  }
  if (widest < SMALLEST) return undefined;
  const cut = box[player].low[choice] + 0.487 * widest;
  return [0, 1].map((half) =>
    box.map(({ low, high }, i) => {
      const side = { low: low.slice(), high: high.slice() };
      if (i === player) (half === 0 ? side.high : side.low)[choice] = cut;
      return side;
    }),
  );
}

/** The only zero in a box that is a little larger; 'none' if there is none; undefined if the test is inconclusive. */
function uniqueZero(system: System, box: readonly Side[]): { middle: Float64Array[]; radius: number } | 'none' | undefined {
  const { unknowns } = system;
  const n = unknowns.length;
  if (n === 0) return { middle: fullWeights(system, new Float64Array(0)), radius: 8 * U };
  let widest = 0;
  for (const { low, high } of box) for (let k = 0; k < low.length; k++) widest = Math.max(widest, high[k] - low[k]);
  if (widest > 0.3) return undefined;
  const center = Float64Array.from(unknowns, ({ player, k }) => (box[player].low[k] + box[player].high[k]) / 2);
  const radii = Float64Array.from(unknowns, ({ player, k }) => 0.6 * (box[player].high[k] - box[player].low[k]) + 1e-9);
  let isProved = false;
  let radius = Infinity;
  for (let round = 0; round < 60; round++) {
    const next = krawczyk(system, center, radii);
    if (!next) return isProved ? { middle: fullWeights(system, center), radius: lastRadius(system, radii) } : undefined;
    const { moved, spread } = next;
    let isInside = true;
    for (let j = 0; j < n; j++) {
      const offset = Math.abs(moved[j] - center[j]);
      if (offset - spread[j] > radii[j]) return 'none';
      if (!(offset + spread[j] < radii[j])) isInside = false;
    }
    isProved ||= isInside;
    if (!isProved) return undefined;
    // Zeros of the box lie in both boxes; the new one is inside where it is smaller.
    const widest = spread.reduce((a, b) => Math.max(a, b));
    if (!isInside || widest >= 0.9 * radius) break;
    radius = widest;
    center.set(moved);
    radii.set(spread);
  }
  return { middle: fullWeights(system, center), radius: lastRadius(system, radii) };
}

/** A radius for all weights, the last ones too, whose errors add up. */
function lastRadius({ supports }: System, radii: Float64Array): number {
  return Math.max(...supports.map(({ length }) => length)) * (radii.reduce((a, b) => Math.max(a, b)) + 8 * U);
}

function fullWeights({ supports, unknowns }: System, center: Float64Array): Float64Array[] {
  const middle = supports.map(({ length }) => new Float64Array(length).fill(1, length - 1));
  for (const [j, { player, k }] of unknowns.entries()) {
    middle[player][k] = center[j];
    middle[player][middle[player].length - 1] -= center[j];
  }
  return middle;
}

/**
 * Krawczyk's operator c - R F(c) + (I - R J)(X - c), R near the inverse of the derivative at c: all zeros in X are in it, and if it lies
 * inside X, X holds exactly one. Middle and radii of its box; undefined where the derivative is singular.
 */
function krawczyk(
  system: System,
  center: Float64Array,
  radii: Float64Array,
): { moved: Float64Array; spread: Float64Array } | undefined {
  const { equations, slopes, supports, unknowns } = system;
  const n = unknowns.length;
  const boxOf = (r: Float64Array): Side[] => {
    const middle = fullWeights(system, center);
    const width = supports.map(({ length }) => new Float64Array(length));
    for (const [j, { player, k }] of unknowns.entries()) {
      width[player][k] = r[j];
      width[player][width[player].length - 1] += r[j];
    }
    return middle.map((x, i) => ({
      low: x.map((w, k) => w - width[i][k] - 8 * U),
      high: x.map((w, k) => w + width[i][k] + 8 * U),
    }));
  };
  const [point, wide] = [boxOf(new Float64Array(n)), boxOf(radii)];
  const [low, high] = [1, -1].map((sign) => Float64Array.from(slopes, (form) => (form ? bound(form, wide, sign) : 0)));
  const middle = low.map((entry, e) => (entry + high[e]) / 2);
  const inverse = Array.from({ length: n }, (_, c) => {
    const column = new Float64Array(n);
    column[c] = 1;
    return solveSmall(middle.slice(), n, column) ? column : undefined;
  });
  if (inverse.some((column) => !column?.every(Number.isFinite))) return undefined;
  const [least, most] = [1, -1].map((sign) => equations.map((form) => bound(form, point, sign)));
  const moved = center.slice();
  const spread = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from(inverse, (column) => (column as Float64Array)[i]);
    let [step, uncertain, size] = [0, 0, 0];
    for (let e = 0; e < n; e++) {
      step += (row[e] * (least[e] + most[e])) / 2;
      uncertain += Math.abs(row[e]) * (most[e] - least[e]);
      size += Math.abs(row[e]) * (Math.abs(least[e]) + Math.abs(most[e]));
    }
    moved[i] -= step;
    for (let j = 0; j < n; j++) {
      let [entry, width, terms] = [i === j ? 1 : 0, 0, 1];
      for (let e = 0; e < n; e++) {
        entry -= row[e] * middle[e * n + j];
        width += Math.abs(row[e]) * (high[e * n + j] - low[e * n + j]);
        terms += Math.abs(row[e]) * (Math.abs(high[e * n + j]) + Math.abs(low[e * n + j]));
      }
      uncertain += (Math.abs(entry) + width + 4 * (n + 4) * U * terms) * radii[j];
    }
    spread[i] = uncertain * (1 + 8 * (n + 4) * U) + 8 * (n + 4) * U * (size + Math.abs(center[i]) + Math.abs(moved[i]));
  }
  return { moved, spread };
}
