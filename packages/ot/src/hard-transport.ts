// Transport problems on which a false success or a failure is likely: scaled, underflowing, flat, tied, of size one.
import type { HardInstance } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { randomPoints } from './instances.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';

/** A bell of weights around a mean, of total one; its tails underflow. */
export function bell(n: number, mean: number, deviation: number): Float64Array {
  const weights = Float64Array.from({ length: n }, (_, i) => portableExp(-(((i - mean) / deviation) ** 2) / 2));
  const mass = total(weights);
  return weights.map((weight) => weight / mass);
}

/** Squared distances of n places on the unit interval. */
export function intervalCost(n: number): Transport['cost'] {
  const values = Float64Array.from({ length: n * n }, (_, k) => ((Math.floor(k / n) - (k % n)) / (n - 1)) ** 2);
  return { rows: n, cols: n, values };
}

/** The instances, each with its epsilon. */
export function* hardTransports(): Generator<HardInstance<Transport & { readonly epsilon: number }>> {
  const plain = () => ({ ...randomPoints(5, 6, 2, 3, { zeroShare: 0.2 }), epsilon: 0.01 });
  const scaled = (mass: number, unit: number) => {
    const { a, b, cost, epsilon } = plain();
    return {
      a: a.map((weight) => mass * weight),
      b: b.map((weight) => mass * weight),
      cost: { ...cost, values: cost.values.map((value) => unit * value) },
      epsilon: unit * epsilon,
    };
  };
  yield { hardness: 'masses times 1e150', instance: scaled(1e150, 1) };
  yield { hardness: 'masses times 1e-150', instance: scaled(1e-150, 1) };
  yield { hardness: 'denormal masses', instance: scaled(1e-315, 1) };
  yield { hardness: 'costs times 1e150', instance: scaled(1, 1e150) };
  yield { hardness: 'costs times 1e-150', instance: scaled(1, 1e-150) };
  yield {
    hardness: 'bells whose tails underflow',
    instance: { a: bell(50, 10, 1), b: bell(50, 30, 4), cost: intervalCost(50), epsilon: 1e-3 },
  };
  const few = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 4, 1, 0, 1, 4, 1, 0) };
  yield {
    hardness: 'tiny weights beside large ones',
    instance: { a: Float64Array.of(1, 1e-30, 1e-305), b: Float64Array.of(1e-100, 1, 1e-310), cost: few, epsilon: 0.1 },
  };
  yield {
    hardness: 'weights of 1e-305 each',
    instance: { a: new Float64Array(3).fill(1e-305), b: new Float64Array(3).fill(1e-305), cost: few, epsilon: 0.1 },
  };
  const even = { a: new Float64Array(4).fill(0.25), b: new Float64Array(4).fill(0.25) };
  const square = (value: (i: number, j: number) => number) => ({
    rows: 4,
    cols: 4,
    values: Float64Array.from({ length: 16 }, (_, k) => value(Math.floor(k / 4), k % 4)),
  });
  yield { hardness: 'flat costs', instance: { ...even, cost: square(() => 7), epsilon: 0.1 } };
  yield { hardness: 'tied costs', instance: { ...even, cost: square((i, j) => (i + j) % 2), epsilon: 1e-3 } };
  yield { hardness: 'an epsilon of 1e-310', instance: { ...even, cost: square((i, j) => (i - j) ** 2), epsilon: 1e-310 } };
  yield { hardness: 'an epsilon of 1e300', instance: { ...even, cost: square((i, j) => (i - j) ** 2), epsilon: 1e300 } };
  const one = Float64Array.of(3);
  yield {
    hardness: 'one source and one target',
    instance: { a: one, b: one.slice(), cost: { rows: 1, cols: 1, values: Float64Array.of(-2) }, epsilon: 1 },
  };
}
