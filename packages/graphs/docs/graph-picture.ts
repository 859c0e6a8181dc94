// A graph with a share at every node: the darker the more it was visited, against what it should be.
import type { Surface } from '../../../docs/demo/view.ts';
import type { Graph } from '../src/graph/graph.ts';
import { layoutOf } from './graph-layout.ts';

/** Draws the graph; `shares` over `target` decides the colour of a node, half of the ramp where they agree. */
export function drawVisits(
  { context, width, height, palette }: Surface,
  graph: Graph,
  shares: Float64Array,
  target: Float64Array,
): void {
  const places = layoutOf(graph);
  const margin = 16;
  const x = (i: number) => margin + places[2 * i] * (width - 2 * margin);
  const y = (i: number) => margin + places[2 * i + 1] * (height - 2 * margin);
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 0; i < graph.nodes; i++) {
    for (let k = graph.rowPointers[i]; k < graph.rowPointers[i + 1]; k++) {
      const j = graph.columnIndices[k];
      if (j > i) continue;
      context.moveTo(x(i), y(i));
      context.lineTo(x(j), y(j));
    }
  }
  context.stroke();
  const radius = Math.max(2, Math.min(9, 40 / Math.sqrt(graph.nodes)));
  for (let i = 0; i < graph.nodes; i++) {
    const ratio = shares[i] / target[i];
    const [red, green, blue] = palette.ramp[Math.max(0, Math.min(255, Math.round(128 * ratio)))];
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    context.strokeStyle = palette.muted;
    context.beginPath();
    context.arc(x(i), y(i), radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
