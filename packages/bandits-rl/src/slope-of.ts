// The exponent of a power law, by least squares.

/** The slope of log y over log x, all positive. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const [mu, mv] = [u, v].map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  const spread = u.reduce((sum, value) => sum + (value - mu) ** 2, 0);
  return u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0) / spread;
}
