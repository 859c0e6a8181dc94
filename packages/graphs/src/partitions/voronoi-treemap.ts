// Voronoi treemaps: weighted power diagrams whose cells are driven towards their areas, as d3-voronoi-treemap does it.
//
// A. Nocaj, U. Brandes: Computing Voronoi treemaps: faster, simpler, and resolution-independent (2012).
import type { Random } from '@infimum/core';
import { areaOf } from './polygon-cutter.ts';

/** Cells of a convex polygon for a list of weights: sites move to centroids, radii follow the areas. */
export function voronoiCells(
  region: readonly number[],
  weights: readonly number[],
  rounds: number,
  tolerance: number,
  random: Random,
): number[][] {
  const count = weights.length;
  if (count === 1) return [[...region]];
  const whole = areaOf(region, 0, region.length / 2);
  // As in d3-voronoi-treemap: weights below 1 % of the largest are raised to it.
  const least = 0.01 * Math.max(...weights);
  const raised = weights.map((weight) => Math.max(weight, least));
  const raisedTotal = raised.reduce((a, b) => a + b, 0);
  const sites = Array.from({ length: count }, () => pointInside(region, random));
  const radii = raised.map((weight) => Math.sqrt(((weight / raisedTotal) * whole) / Math.PI) / 2);
  let cells: number[][] = [];
  let best: number[][] = [];
  let bestError = Infinity;
  for (let round = 0; round < rounds; round++) {
    cells = powerCells(region, sites, radii);
    let error = 0;
    cells.forEach((cell, i) => {
      const area = cell.length >= 6 ? areaOf(cell, 0, cell.length / 2) : 0;
      error += Math.abs(area - (raised[i] / raisedTotal) * whole);
      if (area > 0) sites[i] = centroidOf(cell, area);
    });
    if (cells.every((cell) => cell.length >= 6) && error < bestError) [best, bestError] = [cells, error];
    if (error / (2 * whole) < tolerance) break;
    cells.forEach((cell, i) => {
      const area = cell.length >= 6 ? areaOf(cell, 0, cell.length / 2) : 0;
      const wanted = (raised[i] / raisedTotal) * whole;
      const factor = Math.min(Math.max(Math.sqrt(wanted / Math.max(area, 1e-12 * whole)), 0.9), 1.1);
      radii[i] *= factor;
    });
    // No site may be swallowed by its neighbour.
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        if (i === j) continue;
        const distance = Math.hypot(sites[i][0] - sites[j][0], sites[i][1] - sites[j][1]);
        if (radii[i] > distance) radii[i] = Math.max(0.99 * distance, 1e-9 * Math.sqrt(whole));
      }
    }
  }
  return best.length > 0
    ? best
    : powerCells(
        region,
        sites,
        radii.map(() => 0),
      );
}

function powerCells(
  region: readonly number[],
  sites: readonly (readonly [number, number])[],
  radii: readonly number[],
): number[][] {
  return sites.map(([x, y], i) => {
    let cell = [...region];
    for (let j = 0; j < sites.length && cell.length >= 6; j++) {
      if (j === i) continue;
      const [u, v] = sites[j];
      // |p − a|² − r_a² ≤ |p − b|² − r_b².
      const bound = (u * u + v * v - radii[j] ** 2 - (x * x + y * y - radii[i] ** 2)) / 2;
      cell = clip(cell, u - x, v - y, bound);
    }
    return cell;
  });
}

/** The part of a polygon with a·p ≤ bound. */
export function clip(polygon: ArrayLike<number>, a: number, b: number, bound: number): number[] {
  const inside: number[] = [];
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    const here = a * polygon[i] + b * polygon[i + 1] - bound;
    const next = a * polygon[j] + b * polygon[j + 1] - bound;
    if (here <= 0) inside.push(polygon[i], polygon[i + 1]);
    if (here < 0 !== next < 0 && here !== 0 && next !== 0) {
      const t = here / (here - next);
      inside.push(polygon[i] + t * (polygon[j] - polygon[i]), polygon[i + 1] + t * (polygon[j + 1] - polygon[i + 1]));
    }
  }
  return inside;
}

/** The centroid of a polygon of an area. */
export function centroidOf(polygon: ArrayLike<number>, area: number): [number, number] {
  const [x, y] = [polygon[0], polygon[1]];
  let [sumX, sumY] = [0, 0];
  for (let i = 2; i + 3 < polygon.length; i += 2) {
    const [ax, ay, bx, by] = [polygon[i] - x, polygon[i + 1] - y, polygon[i + 2] - x, polygon[i + 3] - y];
    const twice = ax * by - ay * bx;
    sumX += ((ax + bx) * twice) / 6;
    sumY += ((ay + by) * twice) / 6;
  }
  return [x + sumX / area, y + sumY / area];
}

/** A uniform convex combination of vertices' triangles: somewhere inside. */
function pointInside(polygon: readonly number[], random: Random): [number, number] {
  let [x, y, total] = [0, 0, 0];
  for (let i = 0; i < polygon.length; i += 2) {
    const weight = -Math.log1p(-random.uniform()) + 1e-3;
    x += weight * polygon[i];
    y += weight * polygon[i + 1];
    total += weight;
  }
  return [x / total, y / total];
}
