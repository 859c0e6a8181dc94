import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { eggroll } from './eggroll.ts';
import { LowRankPopulation, shapeFitness } from './low-rank-population.ts';

const isFull = Boolean(process.env['INFIMUM_FULL']);

const layerOf = (rows: number, cols: number) => ({
  rows,
  cols,
  weights: new Random(1).normals(new Float64Array(rows * cols)),
  bias: new Random(2).normals(new Float64Array(rows)),
});

/** The perturbation of a member, column by column, from the forward pass of unit vectors. */
function perturbation(population: LowRankPopulation, rows: number, cols: number, member: number): Float64Array {
  const matrix = new Float64Array(rows * cols);
  const of = (x: Float64Array, name: number) => population.forward(0, x, Int32Array.of(name), 1, new Float64Array(rows));
  const zero = of(new Float64Array(cols), member);
  const still = of(new Float64Array(cols), -1);
  for (let b = 0; b < cols; b++) {
    const unit = new Float64Array(cols);
    unit[b] = 1;
    const [moved, plain] = [of(unit, member), of(unit, -1)];
    for (let a = 0; a < rows; a++) matrix[a * cols + b] = moved[a] - zero[a] - (plain[a] - still[a]);
  }
  return matrix;
}

describe('the population', () => {
  it('sends inputs through W + sigma E, the matrix that it never forms', () => {
    for (const rank of [0, 1, 3]) {
      const population = new LowRankPopulation([layerOf(5, 7)], { population: 6, rank, seed: 3 });
      population.begin(4);
      const x = new Random(5).normals(new Float64Array(6 * 7));
      const members = Int32Array.of(0, 1, 2, 3, 4, 5);
      const out = population.forward(0, x, members, 0.3, new Float64Array(30));
      const { weights } = population.layers[0];
      for (const member of members) {
        const e = perturbation(population, 5, 7, member);
        const shift = population.forward(0, new Float64Array(7), Int32Array.of(member), 0.3, new Float64Array(5));
        for (let a = 0; a < 5; a++) {
          let sum = shift[a];
          for (let b = 0; b < 7; b++) sum += (weights[a * 7 + b] + 0.3 * e[a * 7 + b]) * x[member * 7 + b];
          expect(out[member * 5 + a]).toBeCloseTo(sum, 10);
        }
      }
    }
  });

  it('has opposite members in a pair, and matrices of the rank that was asked for', () => {
    const population = new LowRankPopulation([layerOf(4, 4)], { population: 2, rank: 1, seed: 1 });
    population.begin(0);
    const [plus, minus] = [perturbation(population, 4, 4, 0), perturbation(population, 4, 4, 1)];
    for (let e = 0; e < 16; e++) expect(plus[e]).toBeCloseTo(-minus[e], 12);
    // All minors of a matrix of rank one vanish.
    for (let a = 1; a < 4; a++) {
      for (let b = 1; b < 4; b++) expect(plus[0] * plus[a * 4 + b] - plus[b] * plus[a * 4]).toBeCloseTo(0, 10);
    }
  });

  it('sums fitness times perturbation', () => {
    const population = new LowRankPopulation([layerOf(3, 4)], { population: 4, rank: 2, seed: 1 });
    population.begin(7);
    const fitness = Float64Array.of(1, -2, 0.5, 3);
    const [weights, bias] = [new Float64Array(12), new Float64Array(3)];
    population.gradient(0, fitness, weights, bias);
    const expected = new Float64Array(12);
    for (let i = 0; i < 4; i++) {
      perturbation(population, 3, 4, i).forEach((entry, e) => {
        expected[e] += (fitness[i] * entry) / 4;
      });
    }
    for (let e = 0; e < 12; e++) expect(weights[e]).toBeCloseTo(expected[e], 12);
  });

  it('has the moments of the theory: mean 0, variance 1, kurtosis 3 + 6/r', () => {
    for (const [rank, kurtosis] of [
      [1, 9],
      [4, 4.5],
    ]) {
      const population = new LowRankPopulation([layerOf(1, 1)], { population: 200_000, rank, seed: 2 });
      population.begin(0);
      const count = 100_000;
      const members = Int32Array.from({ length: count }, (_, i) => 2 * i);
      const ones = population.forward(0, new Float64Array(count).fill(1), members, 1, new Float64Array(count));
      const zeros = population.forward(0, new Float64Array(count), members, 1, new Float64Array(count));
      const { weights } = population.layers[0];
      const noise = ones.map((entry, i) => entry - zeros[i] - weights[0]);
      const moment = (power: number) => noise.reduce((sum, e) => sum + e ** power / count, 0);
      expect(Math.abs(moment(1))).toBeLessThan(0.02);
      expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03);
      expect(Math.abs(moment(4) / kurtosis - 1)).toBeLessThan(0.12);
    }
  });

  it('makes the same update on every replica that is told the same fitness', () => {
    const make = () => new LowRankPopulation([layerOf(6, 5)], { population: 64, rank: 1, seed: 9 });
    const [one, other] = [make(), make()];
    one.begin(2);
    other.begin(1);
    other.begin(2);
    const fitness = new Random(3).normals(new Float64Array(64));
    const [a, b] = [new Float64Array(30), new Float64Array(30)];
    one.gradient(0, fitness, a, new Float64Array(6));
    other.gradient(0, fitness, b, new Float64Array(6));
    expect(b).toEqual(a);
  });

  it('shapes fitness, failures last', () => {
    expect([...shapeFitness(Float64Array.of(1, 5, 5, Number.NaN), 'rank')].map((r) => Number(r.toFixed(6)))).toEqual([
      -0.166667, 0.333333, 0.333333, -0.5,
    ]);
    expect([...shapeFitness(Float64Array.of(1, 5, 2, 2), 'pair-sign')]).toEqual([-0.5, 0.5, 0, 0]);
    const z = shapeFitness(Float64Array.of(1, 2, 3, 4), 'zscore');
    expect(z.reduce((sum, e) => sum + e, 0)).toBeCloseTo(0, 12);
  });
});

/**
 * |E f(E_r) E_r - E f(E) E|_F for f(E) = tanh(1.5 E_11 + 0.8 E_22 - 0.5 E_12 + 0.3) of 2 x 2 matrices. Given A the argument is normal, so
 * that B is integrated out by Stein's lemma, E f E_ij = E tanh' · Cov(E_ij, argument), and only the 2 x 2 matrix S = A A' is sampled.
 *
 * @returns the error, and its standard deviation from 20 batches
 */
function rankError(rank: number, samples: number): { error: number; deviation: number } {
  const random = new Random(11, rank);
  const slope = slopeTable();
  const noise = new Float64Array(2 * rank);
  // The full gradient is the mean slope of a normal argument times the weights.
  const full = slope(Math.hypot(1.5, 0.8, 0.5));
  const target = [1.5 * full, -0.5 * full, 0, 0.8 * full];
  const batches = 20;
  const errors: number[] = [];
  const whole = [0, 0, 0, 0];
  for (let batch = 0; batch < batches; batch++) {
    const mean = [0, 0, 0, 0];
    const size = Math.ceil(samples / batches);
    for (let k = 0; k < size; k++) {
      random.normals(noise);
      let [s11, s12, s22] = [0, 0, 0];
      for (let j = 0; j < rank; j++) {
        const [a, b] = [noise[2 * j], noise[2 * j + 1]];
        s11 += (a * a) / rank;
        s12 += (a * b) / rank;
        s22 += (b * b) / rank;
      }
      const right = [-0.5 * s11 + 0.8 * s12, -0.5 * s12 + 0.8 * s22];
      const variance = 2.25 * s11 - 0.5 * right[0] + 0.8 * right[1];
      const weight = slope(Math.sqrt(Math.max(0, variance))) / size;
      mean[0] += weight * 1.5 * s11;
      mean[1] += weight * right[0];
      mean[2] += weight * 1.5 * s12;
      mean[3] += weight * right[1];
    }
    errors.push(Math.hypot(...mean.map((entry, j) => entry - target[j])));
    for (let j = 0; j < 4; j++) whole[j] += mean[j] / batches;
  }
  const average = errors.reduce((sum, e) => sum + e / batches, 0);
  const variance = errors.reduce((sum, e) => sum + (e - average) ** 2, 0) / (batches - 1);
  return { error: Math.hypot(...whole.map((entry, j) => entry - target[j])), deviation: Math.sqrt(variance / batches) };
}

/** The slope of log error against log r by least squares, and the half-width of its interval of 95 %. */
function rankSlope(ranks: readonly number[], samples: number) {
  const errors = ranks.map((rank) => rankError(rank, samples));
  const x = ranks.map(Math.log);
  const middle = x.reduce((sum, e) => sum + e / x.length, 0);
  const spread = x.reduce((sum, e) => sum + (e - middle) ** 2, 0);
  const slope = errors.reduce((sum, { error }, i) => sum + ((x[i] - middle) * Math.log(error)) / spread, 0);
  const variance = errors.reduce(
    (sum, { error, deviation }, i) => sum + (((x[i] - middle) / spread) * (deviation / error)) ** 2,
    0,
  );
  return { slope, width: 1.96 * Math.sqrt(variance), errors: errors.map(({ error }) => error) };
}

it('the estimate comes near that of full noise like 1/r', () => {
  // The exact errors, by quadrature.
  for (const [rank, expected] of [
    [1, 0.135358],
    [4, 0.046227],
  ]) {
    const { error, deviation } = rankError(rank, 100_000);
    expect(Math.abs(error - expected)).toBeLessThan(4 * deviation);
    expect(deviation).toBeLessThan(0.04 * expected);
  }
  // Those of r = 2 to 16 fall like r to the -0.899; the claim measures it closely enough to say that it is below -0.85.
  const { slope, width } = rankSlope([2, 4, 8, 16], isFull ? 60_000 : 30_000);
  expect(width).toBeLessThan(0.1);
  expect(Math.abs(slope + 0.899)).toBeLessThan(1.7 * width);
});

it('balances the pole within 25 generations, as full noise does', () => {
  const task = { environment: 'cart-pole', hidden: [32], episodes: 1, target: 475 } as const;
  for (const rank of isFull ? [1, 4, 0] : [1, 0])
    expect(eggroll(task, { rank, seed: 3, maxIterations: 25 }).status).toBe('converged');
});

/** s -> E tanh'(s z + 0.3) for a normal z: the trapezoidal rule at knots, a parabola between them. */
function slopeTable(): (s: number) => number {
  const [knots, spacing] = [1000, 0.02];
  const table = Float64Array.from({ length: knots + 2 }, (_, i) => {
    let sum = 0;
    for (let k = -400; k <= 400; k++) {
      const z = k / 50;
      sum += Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / 50 / Math.cosh(i * spacing * z + 0.3) ** 2;
    }
    return sum;
  });
  return (s) => {
    const place = Math.min(s / spacing, knots - 1);
    const i = Math.max(1, Math.round(place));
    const t = place - i;
    const [before, here, after] = [table[i - 1], table[i], table[i + 1]];
    return here + (t * (after - before)) / 2 + (t * t * (after - 2 * here + before)) / 2;
  };
}
