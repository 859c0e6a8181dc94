// The least change of a latent vector such that another path becomes cheapest on the map that a network computes from it: the
// offline analogue of the second experiment of arXiv 2510.01461.
import { mulberry32 } from '@infimum/core/reference-generators';
import { denseNetwork } from '../networks/network.ts';
import { normalSource } from '../networks/random-network.ts';
import { networkMap } from './network-map.ts';
import type { SimulationMap, SurrogateInstance } from './network-surrogate.ts';

/** x -> (x, costs): costs = 0.8 + 8.4 sigmoid(4 W2 tanh(W1 x)) on a square map. */
export function cheapestPathInstance(side: number, latent: number, seed: number): SurrogateInstance {
  const normal = normalSource(mulberry32(seed));
  const hidden = 4 * latent;
  const cells = side * side;
  const first = Float64Array.from({ length: hidden * latent }, () => normal() / Math.sqrt(latent));
  const second = Float64Array.from({ length: cells * hidden }, () => normal() / Math.sqrt(hidden));
  const costs = networkMap({
    layers: [
      ...denseNetwork([first], [new Float64Array(hidden)]).layers.map((layer) => ({ ...layer, activation: 'tanh' as const })),
      ...denseNetwork([second.map((w) => 4 * w)], [new Float64Array(cells)]).layers.map((layer) => ({
        ...layer,
        activation: 'sigmoid' as const,
      })),
    ],
  });
  const draw = (x: Float64Array) => costs.evaluate(x).map((share) => 0.8 + 8.4 * share);
  const map: SimulationMap = {
    inputs: latent,
    outputs: latent + cells,
    evaluate: (x) => {
      const y = new Float64Array(latent + cells);
      y.set(x);
      y.set(draw(x), latent);
      return y;
    },
    pullBack: (x, u) => {
      const back =
        costs.pullBack?.(
          x,
          u.slice(latent).map((value) => 8.4 * value),
        ) ?? new Float64Array(latent);
      return back.map((g, j) => g + u[j]);
    },
  };
  const onSphere = () => {
    const x = Float64Array.from({ length: latent }, () => normal());
    const length = Math.hypot(...x);
    return x.map((value) => (Math.sqrt(latent) * value) / length);
  };
  const initial = onSphere();
  const other = onSphere();
  const costsInitial = draw(initial);
  const total = costsInitial.reduce((sum, cost) => sum + cost, 0);
  const [path, wanted] = [cheapestPath(costsInitial, side), cheapestPath(draw(other), side)];
  const sumOn = (y: Float64Array, cellsOfPath: readonly number[]) =>
    cellsOfPath.reduce((sum, cell) => sum + y[latent + cell], 0);
  return {
    map,
    objective: {
      value: (y) => {
        let change = 0;
        for (let j = 0; j < latent; j++) change += (y[j] - initial[j]) ** 2;
        let sum = -total;
        for (let i = latent; i < y.length; i++) sum += y[i];
        return change + (sum / 100) ** 2;
      },
      gradient: (y) => {
        let sum = -total;
        for (let i = latent; i < y.length; i++) sum += y[i];
        return y.map((value, i) => (i < latent ? 2 * (value - initial[i]) : (2 * sum) / 100 ** 2));
      },
    },
    onInputs: {
      value: (x) => {
        const length = Math.hypot(...x);
        return Float64Array.of(Math.sqrt(latent) - 1 - length, length - Math.sqrt(latent) - 1);
      },
      pullBack: (x, w) => {
        const length = Math.hypot(...x) || 1;
        return x.map((value) => ((w[1] - w[0]) * value) / length);
      },
    },
    onOutputs: {
      value: (y) => Float64Array.of(2 * sumOn(y, wanted) - sumOn(y, path)),
      pullBack: (y, w) => {
        const back = new Float64Array(y.length);
        for (const cell of wanted) back[latent + cell] += 2 * w[0];
        for (const cell of path) back[latent + cell] -= w[0];
        return back;
      },
    },
    initial,
    radius: 1,
  };
}

/** The cheapest way from the first to the last cell over eight neighbours, by Dijkstra: costs of cells, both ends too. */
export function cheapestPath(costs: Float64Array, side: number): number[] {
  const distance = new Float64Array(costs.length).fill(Infinity);
  const before = new Int32Array(costs.length).fill(-1);
  const done = new Uint8Array(costs.length);
  distance[0] = costs[0];
  for (;;) {
    let at = -1;
    for (let i = 0; i < costs.length; i++) if (!done[i] && (at < 0 || distance[i] < distance[at])) at = i;
    if (at < 0 || at === costs.length - 1) break;
    done[at] = 1;
    const [row, col] = [Math.floor(at / side), at % side];
    for (let r = Math.max(0, row - 1); r <= Math.min(side - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(side - 1, col + 1); c++) {
        const next = r * side + c;
        const length = distance[at] + costs[next];
        if (length >= distance[next]) continue;
        distance[next] = length;
        before[next] = at;
      }
    }
  }
  const path: number[] = [];
  for (let at = costs.length - 1; at >= 0; at = before[at]) path.push(at);
  return path.reverse();
}
