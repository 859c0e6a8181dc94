// Graphs that walks are tried on: real ones, lattices, and random ones.
import { checkInteger, Random } from '@infimum/core';
import { karateEdges } from '../fixtures/karate.ts';
import { lesMiserablesEdges, lesMiserablesNames } from '../fixtures/les-miserables.ts';
import { componentOf, type Graph, graphFromEdges } from './graph.ts';

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

/** Preferential attachment (A.-L. Barabási, R. Albert 1999): each new node takes m different ends of drawn edges. */
export function barabasiAlbert(n: number, m: number, seed: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 22 });
  checkInteger(m, 'm', { min: 1, max: n });
  checkInteger(seed, 'seed', { min: 0 });
  const random = new Random(seed);
  const ends: number[] = [];
  const edges: number[] = [];
  for (let node = m; node < n; node++) {
    const chosen = new Set<number>();
    if (node === m) for (let i = 0; i < m; i++) chosen.add(i);
    while (chosen.size < m) chosen.add(ends[random.integer(ends.length)]);
    for (const other of chosen) {
      edges.push(node, other);
      ends.push(node, other);
    }
  }
  return graphFromEdges(n, edges);
}

/** Points of the unit square, joined to all within a radius at which the graph is connected. */
export function geometricGraph(n: number, seed: number): Graph {
  checkInteger(n, 'n', { min: 1, max: 2 ** 16 });
  checkInteger(seed, 'seed', { min: 0 });
  const random = new Random(seed);
  const places = random.uniforms(new Float64Array(2 * n));
  for (let radius = Math.sqrt((1.5 * Math.log(n + 1)) / (Math.PI * n)); ; radius *= 1.1) {
    const edges: number[] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const [x, y] = [places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]];
        if (x * x + y * y < radius * radius) edges.push(i, j);
      }
    }
    const graph = graphFromEdges(n, edges);
    if (componentOf(graph, 0).length === n) return graph;
  }
}
