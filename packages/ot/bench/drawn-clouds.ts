// Drawn clouds, and the marginal error of potentials by a pass of its own over all pairs.

/** Points and weights of one side. */
export interface DrawnCloud {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

type Draw = (n: number, d: number, random: () => number) => DrawnCloud;

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const even = (n: number) => new Float64Array(n).fill(1 / n);
/** By family. */
export const draws: Record<string, Draw> = {
  uniform: (n, d, random) => ({ points: Float64Array.from({ length: n * d }, random), weights: even(n) }),
  clustered: (n, d, random) => {
    const centers = Float64Array.from({ length: 8 * d }, random);
    const points = Float64Array.from({ length: n * d }, (_, k) => centers[d * ((k / d) & 7) + (k % d)] + 0.05 * normal(random));
    return { points, weights: even(n) };
  },
  heavy: (n, d, random) => {
    const points = Float64Array.from({ length: n * d }, random);
    const drawn = Float64Array.from({ length: n }, () => (1 - random()) ** -0.9);
    const mass = drawn.reduce((sum, weight) => sum + weight, 0);
    return { points, weights: drawn.map((weight) => weight / mass) };
  },
};

/** l1 error of the marginals of exp((f_i + g_j - |x_i - y_j|^2) / epsilon), pair by pair. */
export function errorOf(
  x: Float64Array,
  y: Float64Array,
  d: number,
  a: Float64Array,
  b: Float64Array,
  epsilon: number,
  f: Float64Array,
  g: Float64Array,
) {
  const columns = new Float64Array(b.length);
  let error = 0;
  for (let i = 0; i < a.length; i++) {
    let row = 0;
    for (let j = 0; j < b.length; j++) {
      let cost = 0;
      for (let k = 0; k < d; k++) cost += (x[i * d + k] - y[j * d + k]) ** 2;
      const exponent = (f[i] + g[j] - cost) / epsilon;
      if (exponent < -60) continue;
      const mass = Math.exp(exponent);
      row += mass;
      columns[j] += mass;
    }
    error += Math.abs(row - a[i]);
  }
  return columns.reduce((sum, mass, j) => sum + Math.abs(mass - b[j]), error);
}

/** The mean of |x_i - y_j|^2 over drawn pairs. */
export function meanCost(x: Float64Array, y: Float64Array, d: number, random: () => number): number {
  const n = x.length / d;
  let mean = 0;
  for (let k = 0; k < 10_000; k++) {
    const [i, j] = [Math.floor(random() * n), Math.floor(random() * n)];
    for (let c = 0; c < d; c++) mean += (x[i * d + c] - y[j * d + c]) ** 2 / 10_000;
  }
  return mean;
}
