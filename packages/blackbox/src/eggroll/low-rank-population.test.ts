import { describe, expect, it } from 'vitest';
import { LowRankPopulation, shapeFitness } from './low-rank-population.ts';

describe('bad input', () => {
  const layer = () => ({ rows: 2, cols: 3, weights: new Float64Array(6), bias: new Float64Array(2) });
  const options = { population: 4, rank: 1, seed: 1 };
  const population = new LowRankPopulation([layer()], options);
  population.begin(0);
  const forward = (x: number, members: readonly number[], out: number) => () =>
    population.forward(0, new Float64Array(x), Int32Array.from(members), 0.1, new Float64Array(out));
  const gradient = (fitness: readonly number[]) => () =>
    population.gradient(0, Float64Array.from(fitness), new Float64Array(6), new Float64Array(2));

  it('is refused by name', () => {
    const short = { ...layer(), weights: new Float64Array(5) };
    expect(() => new LowRankPopulation([short], options)).toThrow('layers[0].weights');
    const noBias = { ...layer(), bias: new Float64Array(1) };
    expect(() => new LowRankPopulation([noBias], options)).toThrow('layers[0].bias');
    expect(forward(6, [0, 4], 4)).toThrow('members');
    expect(forward(6, [0, -2], 4)).toThrow('members');
    expect(forward(5, [0, 1], 4)).toThrow('x');
    expect(forward(6, [0, 1], 3)).toThrow('out');
    expect(gradient([1, 2, 3])).toThrow('fitness');
    expect(gradient([1, 2, 3, Number.NaN])).toThrow('fitness');
    const at = Int32Array.of(0);
    expect(() => population.forward(1, new Float64Array(3), at, 0.1, new Float64Array(2))).toThrow('layer');
  });

  it('a reward that is NaN ranks last and leaves the others apart', () => {
    const scores = shapeFitness(Float64Array.of(1, 2, Number.NaN, 3), 'zscore');
    expect(Math.min(...scores)).toBe(scores[2]);
    expect(scores[3] - scores[0]).toBeGreaterThan(1);
    expect(shapeFitness(Float64Array.of(1, 2, Number.NaN, 3), 'rank')[2]).toBe(-0.5);
  });
});
