// Consensus-based optimisation: the weighted mean of particles, and one step in place, its noise drawn on the way:
// x <- x - drift D + strength width z, D = x - center.
import { sixteen } from './normals';

/**
 * Moves `count` numbers, a multiple of 16, of particles one after the other. `center` holds the centre over and over, `period`
 * numbers, a multiple of 16. Every coordinate trembles by its distance, at most `truncation`; `widths`, if not 0, has the width of
 * every number instead.
 */
export function consensusStep(
  count: i32, period: i32, particles: usize, center: usize, widths: usize, drift: f64, strength: f64, truncation: f64,
  blockHigh: i32, stream0: i32, key0: i32, key1: i32, words: usize, table: usize, noise: usize,
): void {
  const rate = f64x2.splat(drift);
  const scale = f64x2.splat(strength);
  const limit = f64x2.splat(truncation);
  const largest = v128.load64_splat(table + (35 << 3));
  const least = f64x2.neg(largest);
  let place = 0;
  for (let i = 0; i < count; i += 16) {
    sixteen(i >> 2, blockHigh, stream0, 0, key0, key1, words, table, noise);
    const x = particles + ((<usize>i) << 3);
    const c = center + ((<usize>place) << 3);
    for (let k: usize = 0; k < 128; k += 16) {
      const old = v128.load(x + k);
      const distance = f64x2.sub(old, v128.load(c + k));
      const width = widths ? v128.load(widths + ((<usize>i) << 3) + k) : f64x2.pmin(limit, f64x2.abs(distance));
      const moved = f64x2.sub(old, f64x2.mul(rate, distance));
      const next = f64x2.add(moved, f64x2.mul(f64x2.mul(scale, width), v128.load(noise + k)));
      // One instruction each, and NaN stays.
      v128.store(x + k, f64x2.pmax(f64x2.pmin(next, largest), least));
    }
    place += 16;
    if (place == period) place = 0;
  }
}

/** The mean of `count` particles of `dimension` numbers by weights, as a running mean, which no sum overflows; 0 if all weigh nothing. */
export function weightedMean(count: i32, dimension: i32, particles: usize, weights: usize, out: usize): void {
  const row = (<usize>dimension) << 3;
  const whole = row & ~15;
  memory.fill(out, 0, row);
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const weight = load<f64>(weights + ((<usize>i) << 3));
    if (weight == 0) continue;
    sum += weight;
    const rate = weight / sum;
    const rates = f64x2.splat(rate);
    const x = particles + <usize>i * row;
    for (let k: usize = 0; k < whole; k += 16) {
      const mean = v128.load(out + k);
      v128.store(out + k, f64x2.add(mean, f64x2.mul(f64x2.sub(v128.load(x + k), mean), rates)));
    }
    if (whole < row) {
      const mean = load<f64>(out + whole);
      store<f64>(out + whole, mean + (load<f64>(x + whole) - mean) * rate);
    }
  }
}
