// Instances of online matching: phases of arrivals with fewer and fewer neighbours, random ones, and a real network.
import { Random } from '@infimum/core';
import { lesMiserables } from '../graph/sample-graphs.ts';
import type { OnlineInstance } from './online-instance.ts';
import { onlineInstance } from './online-instance.ts';

/** How vertices of the triangular family are numbered: ties go to the lowest number. */
export type TriangularOrder = 'first-leaves-first' | 'last-leaves-first' | 'random';

/**
 * n phases of m arrivals; those of phase i may be tried on the vertices i … n − 1, with p = 1/m, or with p uniform in
 * [0.5, 1.5]/m.
 */
export function triangular(
  n: number,
  m: number,
  order: TriangularOrder = 'first-leaves-first',
  equal = true,
  seed = 0,
): OnlineInstance {
  const random = new Random(seed);
  const numbers =
    order === 'random'
      ? random.permutation(n)
      : Int32Array.from({ length: n }, (_, i) => (order === 'last-leaves-first' ? n - 1 - i : i));
  const rows: number[][] = [];
  for (let phase = 0; phase < n; phase++) {
    for (let k = 0; k < m; k++) {
      const row = new Array<number>(n).fill(0);
      for (let i = phase; i < n; i++) row[numbers[i]] = equal ? 1 / m : (0.5 + random.uniform()) / m;
      rows.push(row);
    }
  }
  return onlineInstance(rows);
}

/** Arrivals with 1 to 2 degree − 1 neighbours, all numbers as likely; p uniform in [low, high]. Sparse: O(edges). */
export function randomOnline(
  offline: number,
  arrivals: number,
  degree: number,
  low: number,
  high: number,
  seed: number,
  skew = 0,
): OnlineInstance {
  const random = new Random(seed);
  const rowPointers = new Int32Array(arrivals + 1);
  const columns: number[] = [];
  const chances: number[] = [];
  for (let v = 0; v < arrivals; v++) {
    // A skew of s makes vertex numbers small with density ∝ u^(-s/(1+s)): a few vertices are neighbours of most arrivals.
    const own = new Set<number>();
    const count = Math.min(offline, degree <= 1 ? 1 : 1 + random.integer(2 * Math.round(degree) - 1));
    while (own.size < count) own.add(Math.floor(offline * random.uniform() ** (1 + skew)));
    for (const u of [...own].sort((a, b) => a - b)) {
      columns.push(u);
      chances.push(low + (high - low) * random.uniform());
    }
    rowPointers[v + 1] = columns.length;
  }
  return {
    weights: new Float64Array(offline).fill(1),
    rowPointers,
    columnIndices: Int32Array.from(columns),
    probabilities: Float64Array.from(chances),
  };
}

/**
 * Erdős-Rényi: each arrival accepts each vertex with probability `degree / offline`, all independently; p uniform in
 * [0, high]. Time O(edges).
 */
export function erdosRenyiOnline(
  offline: number,
  arrivals: number,
  degree: number,
  high: number,
  seed: number,
): OnlineInstance {
  const ones = (length: number) => new Float64Array(length).fill(1);
  return expectedDegrees(ones(offline), ones(arrivals), degree, high, new Random(seed));
}

/**
 * Degrees of a power law on both sides, P(degree > x) ∝ x^(1 − exponent): those of the vertices by their rank, the first
 * has most; those of arrivals drawn at random. p uniform in [0, high]. Time O(edges).
 */
export function powerLawOnline(
  offline: number,
  arrivals: number,
  degree: number,
  exponent: number,
  high: number,
  seed: number,
): OnlineInstance {
  const random = new Random(seed);
  const power = -1 / (exponent - 1);
  const ranked = Float64Array.from({ length: offline }, (_, u) => (u + 1) ** power);
  const drawn = Float64Array.from({ length: arrivals }, () => (1 - random.uniform()) ** power);
  return expectedDegrees(ranked, drawn, degree, high, random);
}

/**
 * Every edge by itself with probability a_u b_v, at most 1, scaled to a mean degree of arrivals; a must not rise. The
 * next neighbour is found by a jump of geometric length and accepted by the ratio of probabilities.
 *
 * J. Miller, A. Hagberg: Efficient generation of networks with given expected degrees (WAW 2011).
 */
function expectedDegrees(a: Float64Array, b: Float64Array, degree: number, high: number, random: Random): OnlineInstance {
  const mean = (list: Float64Array) => list.reduce((sum, entry) => sum + entry, 0) / list.length;
  const scale = degree / (mean(a) * a.length * mean(b));
  const rowPointers = new Int32Array(b.length + 1);
  const columns: number[] = [];
  for (let v = 0; v < b.length; v++) {
    const chance = (u: number) => Math.min(1, scale * a[u] * b[v]);
    let bound = chance(0);
    for (let u = 0; u < a.length; u++) {
      if (bound < 1) u += Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-bound));
      if (!(u < a.length)) break;
      const own = chance(u);
      if (random.uniform() * bound < own) columns.push(u);
      bound = own;
    }
    rowPointers[v + 1] = columns.length;
  }
  return {
    weights: new Float64Array(a.length).fill(1),
    rowPointers,
    columnIndices: Int32Array.from(columns),
    probabilities: random.uniforms(new Float64Array(columns.length)).map((uniform) => high * uniform),
  };
}

/** p_uv = p_u p_v: a quality of the vertex times one of the arrival. */
export function decomposable(offline: number, arrivals: number, degree: number, high: number, seed: number): OnlineInstance {
  const instance = randomOnline(offline, arrivals, degree, 1, 1, seed);
  const random = new Random(seed).split(1);
  const quality = random.uniforms(new Float64Array(offline));
  for (let v = 0; v < arrivals; v++) {
    const own = high * random.uniform();
    for (let k = instance.rowPointers[v]; k < instance.rowPointers[v + 1]; k++)
      instance.probabilities[k] = own * quality[instance.columnIndices[k]];
  }
  return instance;
}

/**
 * Characters of Les Miserables with even numbers offline, those with odd ones arriving `visits` times each in random
 * order, to be matched with a character whom they meet in the book.
 */
export function miserablesMatching(visits: number, chance: number, seed: number): OnlineInstance {
  const { nodes, rowPointers, columnIndices } = lesMiserables();
  const random = new Random(seed);
  const guests = Array.from({ length: nodes >> 1 }, (_, i) => 2 * i + 1);
  const order = random.permutation(guests.length * visits);
  const rows = Array.from(order, (place) => {
    const guest = guests[place % guests.length];
    const row = new Array<number>((nodes + 1) >> 1).fill(0);
    for (let k = rowPointers[guest]; k < rowPointers[guest + 1]; k++) {
      if (columnIndices[k] % 2 === 0) row[columnIndices[k] / 2] = chance;
    }
    return row;
  });
  return onlineInstance(rows, new Float64Array((nodes + 1) >> 1).fill(1));
}
