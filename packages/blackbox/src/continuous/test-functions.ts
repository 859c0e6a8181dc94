// Test functions of many minima, their minimiser at 0 with value 0 unless said otherwise.

/** Functions by name: of z, the least value 0 at z = 0. */
export const testFunctions = {
  sphere: (z: Float64Array) => sum(z, (x) => x * x),
  ackley: (z: Float64Array) => {
    const root = Math.sqrt(sum(z, (x) => x * x) / z.length);
    return 20 * (1 - Math.exp(-0.2 * root)) + Math.E - Math.exp(sum(z, (x) => Math.cos(2 * Math.PI * x)) / z.length);
  },
  /** The shallow one of papers on consensus. */
  'rastrigin-2.5': (z: Float64Array) => sum(z, (x) => x * x + 2.5 * (1 - Math.cos(2 * Math.PI * x))),
  rastrigin: (z: Float64Array) => sum(z, (x) => x * x + 10 * (1 - Math.cos(2 * Math.PI * x))),
  griewank: (z: Float64Array) => {
    let product = 1;
    for (let i = 0; i < z.length; i++) product *= Math.cos(z[i] / Math.sqrt(i + 1));
    return 1 + sum(z, (x) => x * x) / 4000 - product;
  },
  salomon: (z: Float64Array) => {
    const norm = Math.sqrt(sum(z, (x) => x * x));
    return 1 - Math.cos(2 * Math.PI * norm) + 0.1 * norm;
  },
  levy: (z: Float64Array) => {
    const w = (i: number) => 1 + z[i] / 4;
    const last = z.length - 1;
    let total = Math.sin(Math.PI * w(0)) ** 2 + (w(last) - 1) ** 2 * (1 + Math.sin(2 * Math.PI * w(last)) ** 2);
    for (let i = 0; i < last; i++) total += (w(i) - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * w(i) + 1) ** 2);
    return total;
  },
  rosenbrock: (z: Float64Array) => {
    let total = 0;
    for (let i = 0; i + 1 < z.length; i++) {
      const [x, y] = [1 + z[i], 1 + z[i + 1]];
      total += 100 * (y - x * x) ** 2 + (1 - x) ** 2;
    }
    return total;
  },
} as const;

/** Names of the test functions. */
export type TestFunction = keyof typeof testFunctions;

function sum(z: Float64Array, of: (x: number) => number): number {
  let total = 0;
  for (const x of z) total += of(x);
  return total;
}

/**
 * The canyon of the paper on consensus as gradient descent: a winding valley with barriers from (8, 8) to the minimiser 0,
 * where the value is 0.
 */
export function grandCanyon([x, y]: Float64Array): number {
  const v = y - ((x - 1) * (x - 4) ** 2) / 8 - 2;
  const u = -x - 1 - 1.6 * y;
  const wave = (t: number) => 1 - Math.cos(0.75 * Math.PI * t);
  const wall = Math.max((1 - Math.exp(-9 * u * u)) * Math.sign(u), 0);
  return (
    25 * (1 - Math.exp(-1.4 * v * v * Math.exp(-0.002 * x ** 4))) +
    0.4 * x * x +
    0.2 * y * y +
    1.1625 * (wave(x) + wave(y)) +
    4 * Math.exp(1 - 2 * v ** 4) * wall
  );
}
