// Places of the nodes of a graph for pictures: springs along edges, repulsion between all, from a circle.
import type { Graph } from '../src/graph/graph.ts';

const layouts = new WeakMap<Int32Array, Float64Array>();

/** Coordinates in [0, 1]², two a node; remembered. */
export function layoutOf(graph: Graph): Float64Array {
  const known = layouts.get(graph.columnIndices);
  if (known) return known;
  const { nodes, rowPointers, columnIndices } = graph;
  const places = new Float64Array(2 * nodes);
  for (let i = 0; i < nodes; i++) {
    places[2 * i] = Math.cos((2 * Math.PI * i) / nodes);
    places[2 * i + 1] = Math.sin((2 * Math.PI * i) / nodes) * (1 + 0.01 * (i % 7));
  }
  const rounds = nodes > 400 ? 0 : 150;
  const push = new Float64Array(2 * nodes);
  const length = Math.sqrt(4 / nodes);
  for (let round = 0; round < rounds; round++) {
    push.fill(0);
    for (let i = 0; i < nodes; i++) {
      for (let j = 0; j < i; j++) {
        const [x, y] = [places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]];
        const force = (length * length) / (x * x + y * y + 1e-6);
        push[2 * i] += x * force;
        push[2 * i + 1] += y * force;
        push[2 * j] -= x * force;
        push[2 * j + 1] -= y * force;
      }
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        const [x, y] = [places[2 * j] - places[2 * i], places[2 * j + 1] - places[2 * i + 1]];
        const force = Math.hypot(x, y) / length;
        push[2 * i] += x * force;
        push[2 * i + 1] += y * force;
      }
    }
    const reach = 0.1 * (1 - round / rounds);
    for (let i = 0; i < nodes; i++) {
      const size = Math.hypot(push[2 * i], push[2 * i + 1]) || 1;
      const step = Math.min(size, reach) / size;
      places[2 * i] += push[2 * i] * step;
      places[2 * i + 1] += push[2 * i + 1] * step;
    }
  }
  for (const axis of [0, 1]) {
    const own = places.filter((_, at) => at % 2 === axis);
    const [low, high] = [Math.min(...own), Math.max(...own)];
    for (let i = 0; i < nodes; i++) places[2 * i + axis] = (places[2 * i + axis] - low) / (high - low || 1);
  }
  layouts.set(graph.columnIndices, places);
  return places;
}
