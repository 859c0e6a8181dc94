// The limit of infinitely many particles: the density of CBO on a line by finite volumes, and the quantitative Laplace principle.
//
// M. Fornasier, T. Klock, K. Riedl: Consensus-based optimization methods converge globally (2024), arXiv 2103.15130.
import { checkFunction, checkInteger, checkMethods, checkNumber, checkObject, InvalidInputError } from '@infimum/core';

/** Cells times steps that are computed. */
const MOST_WORK = 1e9;

/** A density on a grid of cells. */
export interface MeanField {
  /** Centres of the cells. */
  cells: Float64Array;
  /** Density in each; its integral is 1. */
  density: Float64Array;
  /** The consensus point. */
  consensus: number;
  /** Mean of the density. */
  mean: number;
  /** The integral of (x - consensus)² times the density. */
  variance: number;
}

/**
 * The density of isotropic CBO in one dimension, d rho/dt = d/dx [lambda (x - c) rho] + sigma²/2 d²/dx² [(x - c)² rho], c its
 * consensus: finite volumes on [-halfWidth, halfWidth] without flow through the ends, drift upwind, implicit Euler. The mass stays 1
 * and the density non-negative. O(cells) a step.
 *
 * @param value - f
 * @param options - `alpha`, `lambda`, `sigma`, the normal start `mean` and `deviation`, `time`, `timeStep`, `cells`, `halfWidth`
 * @throws {InvalidInputError} naming the setting out of range
 *
 * @example
 * ```ts
 * import { meanFieldCbo } from '@infimum/blackbox';
 *
 * const { mean } = meanFieldCbo((x) => x * x, { alpha: 30, sigma: 0.5, mean: 2, time: 2 });
 * console.log(mean > 0 && mean < 2 * Math.exp(-1)); // true
 * ```
 */
export function meanFieldCbo(
  value: (x: number) => number,
  options: {
    alpha: number;
    lambda?: number;
    sigma: number;
    mean?: number;
    deviation?: number;
    time: number;
    timeStep?: number;
    cells?: number;
    halfWidth?: number;
  },
): MeanField {
  checkFunction(value, 'value');
  checkObject(options, 'settings');
  const { alpha, lambda = 1, sigma, mean = 0, deviation = 1, time, timeStep = 0.0025, cells = 4000, halfWidth = 20 } = options;

  for (const [name, number] of Object.entries({ alpha, deviation, timeStep, halfWidth })) {
    checkNumber(number, name, { above: 0 });
  }
  checkNumber(mean, 'mean');
  checkNumber(lambda, 'lambda', { min: 0 });
  checkNumber(sigma, 'sigma', { min: 0 });
  checkNumber(time, 'time', { min: 0 });
  checkInteger(cells, 'cells', { min: 3, max: 10_000_000 });
  const width = (2 * halfWidth) / cells;
  const centers = Float64Array.from({ length: cells }, (_, i) => -halfWidth + (i + 0.5) * width);
  const heights = centers.map(value);
  const density = centers.map((x) => Math.exp(-0.5 * ((x - mean) / deviation) ** 2));
  const mass = density.reduce((sum, entry) => sum + entry, 0) * width;
  for (let i = 0; i < cells; i++) density[i] /= mass;
  const system = { lower: new Float64Array(cells), diagonal: new Float64Array(cells), upper: new Float64Array(cells) };
  const steps = Math.round(time / timeStep);
  if (!(steps * cells <= MOST_WORK)) {
    const problem = `${steps} steps of ${cells} cells take more than ${MOST_WORK} operations: raise timeStep`;
    throw new InvalidInputError(problem, { argument: 'time', code: 'too-large' });
  }
  for (let step = 0; step < steps; step++) {
    const c = consensusOf(centers, heights, density, alpha);
    system.diagonal.fill(1);
    system.lower.fill(0);
    system.upper.fill(0);
    // Flow through the face between i and i + 1: -lambda (x - c) rho upwind, minus the difference of D rho, D = sigma² (x - c)² / 2.
    for (let i = 0; i + 1 < cells; i++) {
      const face = (centers[i] + centers[i + 1]) / 2;
      const speed = -lambda * (face - c);
      const spread = (x: number) => (0.5 * sigma * sigma * (x - c) ** 2) / width;
      const fromLeft = ((Math.max(speed, 0) + spread(centers[i])) * timeStep) / width;
      const fromRight = ((Math.max(-speed, 0) + spread(centers[i + 1])) * timeStep) / width;
      system.diagonal[i] += fromLeft;
      system.upper[i] -= fromRight;
      system.diagonal[i + 1] += fromRight;
      system.lower[i + 1] -= fromLeft;
    }
    solveTridiagonal(system, density);
  }
  const consensus = consensusOf(centers, heights, density, alpha);
  let [average, variance] = [0, 0];
  for (let i = 0; i < cells; i++) {
    average += centers[i] * density[i] * width;
    variance += (centers[i] - consensus) ** 2 * density[i] * width;
  }
  return { cells: centers, density, consensus, mean: average, variance };
}

function consensusOf(cells: Float64Array, heights: Float64Array, density: Float64Array, alpha: number): number {
  let least = Infinity;
  for (let i = 0; i < cells.length; i++) if (density[i] > 0 && heights[i] < least) least = heights[i];
  let [sum, moment] = [0, 0];
  for (let i = 0; i < cells.length; i++) {
    const weight = density[i] * Math.exp(-alpha * (heights[i] - least));
    sum += weight;
    moment += weight * cells[i];
  }
  return sum > 0 ? moment / sum : 0;
}

/** Solves in place; the matrix has positive diagonal and columns that sum to 1, so that no pivot is needed. */
function solveTridiagonal(
  { lower, diagonal, upper }: { lower: Float64Array; diagonal: Float64Array; upper: Float64Array },
  x: Float64Array,
): void {
  for (let i = 1; i < x.length; i++) {
    const factor = lower[i] / diagonal[i - 1];
    diagonal[i] -= factor * upper[i - 1];
    x[i] -= factor * x[i - 1];
  }
  x[x.length - 1] /= diagonal[x.length - 1];
  for (let i = x.length - 2; i >= 0; i--) x[i] = (x[i] - upper[i] * x[i + 1]) / diagonal[i];
}

/**
 * The quantitative Laplace principle: if f(x) - f* >= (eta |x - x*|)^(1/nu), the consensus of a density lies within
 * (q + E_r)^nu / eta + exp(-alpha q) / rho(B_r) · integral |x - x*| rho of x*, for all r and q > 0; E_r is the largest f - f* within r.
 * Gives the least of these bounds over a grid of r and q.
 *
 * @param options - `alpha`, `eta`, `nu`, `excess(r)` = E_r, `mass(r)` = rho(B_r(x*)), `meanDistance` of the density from x*
 *
 * @example
 * ```ts
 * import { laplaceBound } from '@infimum/blackbox';
 *
 * // f = x² and the uniform density on [-3, 5].
 * const bound = laplaceBound({
 *   alpha: 100, stepSize: 1, nu: 0.5, excess: (r) => r * r, mass: (r) => Math.min(2 * r, r + 3, 8) / 8, meanDistance: 17 / 8,
 * });
 * console.log(bound.toFixed(2)); // 0.32
 * ```
 */
export function laplaceBound(options: {
  alpha: number;
  stepSize: number;
  nu: number;
  excess: (r: number) => number;
  mass: (r: number) => number;
  meanDistance: number;
}): number {
  checkObject(options, 'settings');
  const { alpha, stepSize, nu, excess, mass, meanDistance } = options;

  checkMethods(options, 'settings', ['excess', 'mass']);
  checkNumber(alpha, 'alpha', { above: 0 });
  checkNumber(stepSize, 'eta', { above: 0 });
  checkNumber(nu, 'nu', { above: 0 });
  checkNumber(meanDistance, 'meanDistance', { min: 0 });
  let least = Infinity;
  for (let i = 0; i <= 400; i++) {
    const r = 10 ** (-6 + (7 * i) / 400);
    const [rise, inside] = [excess(r), mass(r)];
    if (!(inside > 0)) continue;
    for (let k = 0; k <= 400; k++) {
      const q = 10 ** (-6 + (8 * k) / 400);
      least = Math.min(least, (q + rise) ** nu / stepSize + (Math.exp(-alpha * q) / inside) * meanDistance);
    }
  }
  return least;
}
