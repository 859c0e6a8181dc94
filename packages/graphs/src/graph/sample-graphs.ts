// Example graphs for walks: real ones, lattices, and random ones.
import { checkInteger, fault, Random } from '@infimum/core';
import { karateEdges } from '../fixtures/karate.ts';
import { lesMiserablesEdges, lesMiserablesNames } from '../fixtures/les-miserables.ts';
import type { Graph } from './graph.ts';
import { componentOf, graphFromEdges } from './graph.ts';

/** Zachary's karate club: 34 nodes, 78 edges. */
export function karateClub(): Graph {
  return graphFromEdges(34, numbersOf(karateEdges));
}

/** The characters of Les Miserables who meet in a chapter: 77 nodes, 254 edges. */
export function lesMiserables(): Graph {
  return { ...graphFromEdges(77, numbersOf(lesMiserablesEdges)), keys: lesMiserablesNames.split(',') };
}

function numbersOf(text: string): number[] {
  return text.split(/[ ,]/).map(Number);
}

/** A path of n nodes. */
export function pathGraph(n: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 26 });
  return graphFromEdges(
    n,
    Array.from({ length: n - 1 }, (_, i): [number, number] => [i, i + 1]),
  );
}

/** A circle of n nodes. */
export function cycleGraph(n: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 26 });
  return graphFromEdges(
    n,
    Array.from({ length: n }, (_, i): [number, number] => [i, (i + 1) % n]),
  );
}

/** A centre, node 0, with n leaves. */
export function starGraph(n: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 26 });
  return graphFromEdges(
    n + 1,
    Array.from({ length: n }, (_, i): [number, number] => [0, i + 1]),
  );
}

/** A square lattice of side × side nodes. */
export function gridGraph(side: number): Graph {
  checkInteger(side, 'side', { min: 1, max: 2 ** 12 });
  const edges: number[] = [];
  for (let i = 0; i < side * side; i++) {
    if (i % side < side - 1) edges.push(i, i + 1);
    if (i + side < side * side) edges.push(i, i + side);
  }
  return graphFromEdges(side * side, edges);
}

/** Numbers of the longest list of edges: 1 GB, and the rows that are made of it take twice that. */
const MOST_ENDS = 2 ** 28;

/** Preferential attachment (A.-L. Barabási, R. Albert 1999): each new node takes m different ends of drawn edges. */
export function barabasiAlbert(n: number, m: number, seed: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 26 });
  checkInteger(m, 'm', { min: 1, max: n });
  checkInteger(seed, 'seed', { min: 0 });
  checkEnds(2 * m * (n - m));
  const random = new Random(seed);
  // Every edge stands in the list with both its ends, so that a node is drawn as often as it has edges.
  const ends = new Int32Array(2 * m * (n - m));
  const takenBy = new Int32Array(n);
  let drawn = 0;
  for (let node = m; node < n; node++) {
    let end = drawn;
    const take = (other: number) => {
      if (takenBy[other] === node) return;
      takenBy[other] = node;
      ends[end++] = node;
      ends[end++] = other;
    };
    if (node === m) for (let i = 0; i < m; i++) take(i);
    while (end < drawn + 2 * m) take(ends[random.integer(drawn)]);
    drawn = end;
  }
  return graphFromEdges(n, ends);
}

/** Points of the unit square, joined to all within a radius at which the graph is connected. Time O(n log n). */
export function geometricGraph(n: number, seed: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 22 });
  checkInteger(seed, 'seed', { min: 0 });
  const random = new Random(seed);
  const places = random.uniforms(new Float64Array(2 * n));
  for (let radius = Math.sqrt((1.5 * Math.log(n + 1)) / (Math.PI * n)); ; radius *= 1.1) {
    const graph = graphFromEdges(n, pairsWithin(places, radius));
    if (componentOf(graph, 0).length === n) return graph;
  }
}

/** Pairs of points nearer than a radius, one after the other: each point looks into the squares around its own. */
function pairsWithin(places: Float64Array, radius: number): Int32Array {
  const n = places.length / 2;
  // Squares at least as wide as the radius, and no more of them than points.
  const side = Math.max(1, Math.min(Math.floor(1 / radius), Math.ceil(Math.sqrt(n))));
  const columnOf = (at: number) => Math.min(side - 1, Math.floor(places[at] * side));
  const begins = new Int32Array(side * side + 1);
  for (let i = 0; i < n; i++) begins[columnOf(2 * i + 1) * side + columnOf(2 * i) + 1]++;
  for (let square = 0; square < side * side; square++) begins[square + 1] += begins[square];
  const filled = begins.slice();
  const members = new Int32Array(n);
  for (let i = 0; i < n; i++) members[filled[columnOf(2 * i + 1) * side + columnOf(2 * i)]++] = i;
  const forEachPair = (visit: (i: number, j: number) => void) => {
    for (let i = 0; i < n; i++) {
      const [column, row] = [columnOf(2 * i), columnOf(2 * i + 1)];
      for (let r = Math.max(0, row - 1); r <= Math.min(side - 1, row + 1); r++) {
        const first = r * side + Math.max(0, column - 1);
        const last = r * side + Math.min(side - 1, column + 1);
        // Squares of a row lie one after the other.
        for (let k = begins[first]; k < begins[last + 1]; k++) {
          const j = members[k];
          if (j >= i) continue;
          const x = places[2 * i] - places[2 * j];
          const y = places[2 * i + 1] - places[2 * j + 1];
          if (x * x + y * y < radius * radius) visit(i, j);
        }
      }
    }
  };
  let count = 0;
  forEachPair(() => {
    count += 2;
  });
  checkEnds(count);
  const pairs = new Int32Array(count);
  let at = 0;
  forEachPair((i, j) => {
    pairs[at++] = i;
    pairs[at++] = j;
  });
  return pairs;
}

function checkEnds(count: number): void {
  if (count <= MOST_ENDS) return;
  throw fault(`asks for ${count / 2} edges, more than the ${MOST_ENDS / 2} that there is room for`, 'n', 'too-large');
}

/** A graph of about n nodes by the name of its shape. */
export function graphOfShape(shape: string, n: number, seed: number): Graph {
  if (shape === 'path') return pathGraph(n);
  if (shape === 'star') return starGraph(n - 1);
  if (shape === 'geometric') return geometricGraph(n, seed);
  return shape === 'grid' ? gridGraph(Math.ceil(Math.sqrt(n))) : barabasiAlbert(Math.max(n, 4), 3, seed);
}
