// Labeled samples with a planted halfspace: laws of the points, with or without the required properties, and noise of the labels.
import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { rowDot } from '@infimum/linalg/numerics';
import type { HalfspaceInstance } from './halfspace-samples.ts';
import { normalize } from './halfspace-samples.ts';

/** Laws of the points; all but the last have variance one in every direction. */
export const MARGINALS = ['gaussian', 'quartic', 'cube', 'laplace', 'rademacher', 'student', 'mixture', 'collapse'] as const;

/** How labels are generated. */
export interface HalfspaceFamilySettings {
  readonly marginal: (typeof MARGINALS)[number];
  readonly n: number;
  readonly d: number;
  readonly eta: number;
  /** The share of labels that an adversary flips, 0 for Massart noise. */
  readonly flips: number;
  /** The width of the band in which `collapse` collapses. */
  readonly band: number;
}

/** A sample; points by `Random`, the planted vector by mulberry32. */
export function halfspaceInstance(
  { marginal, n, d, eta, flips, band }: HalfspaceFamilySettings,
  seed: number,
): HalfspaceInstance {
  const random = new Random(seed);
  const uniform = mulberry32(seed);
  const planted = Float64Array.from({ length: d }, () => uniform() + uniform() + uniform() - 1.5);
  normalize(planted);
  const values = new Float64Array(n * d);
  fillPoints(values, d, marginal, random);
  if (marginal === 'collapse') collapse(values, planted, band);
  const labels = new Int8Array(n);
  for (let i = 0; i < n; i++) {
    labels[i] = rowDot(values, i * d, planted, 0, d) >= 0 ? 1 : -1;
    if (flips === 0 && random.uniform() < eta) labels[i] = -labels[i];
  }
  if (flips > 0) flipWorst(values, labels, planted, flips);
  return {
    points: { rows: n, cols: d, values },
    labels,
    noise: flips > 0 ? 'adversarial' : 'massart',
    ...(flips === 0 && { eta }),
    target: marginal === 'quartic' ? 'log-concave' : 'gaussian',
    planted,
  };
}

function fillPoints(values: Float64Array, d: number, marginal: string, random: Random): void {
  switch (marginal) {
    case 'gaussian':
    case 'collapse':
      random.normals(values);
      return;
    case 'quartic':
      for (let i = 0; i < values.length; i++) values[i] = drawQuartic(random.uniform());
      return;
    case 'cube':
      for (let i = 0; i < values.length; i++) values[i] = Math.sqrt(3) * (2 * random.uniform() - 1);
      return;
    case 'laplace':
      for (let i = 0; i < values.length; i++) {
        const side = random.uniform() < 0.5 ? -1 : 1;
        values[i] = (-side * Math.log(1 - random.uniform())) / Math.SQRT2;
      }
      return;
    case 'rademacher':
      random.rademacher(values);
      return;
    case 'student':
      // Three degrees of freedom: variance 3, scaled to 1.
      for (let i = 0; i < values.length; i++) {
        const chi = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
        values[i] = random.normal() / Math.sqrt(Math.max(chi, 1e-12));
      }
      return;
    default:
      // A mixture of two scales, 0.2 and 1.4.
      for (let i = 0; i < values.length; i += d) {
        const scale = random.uniform() < 0.5 ? 0.2 : 1.4;
        for (let j = 0; j < d && i + j < values.length; j++) values[i + j] = scale * random.normal();
      }
  }
}

/** Inside the band of the planted halfspace the components across it shrink to a fiftieth, which hardly changes global moments. */
function collapse(values: Float64Array, planted: Float64Array, band: number): void {
  const d = planted.length;
  for (let at = 0; at < values.length; at += d) {
    const z = rowDot(values, at, planted, 0, d);
    if (Math.abs(z) >= band / 2) continue;
    for (let j = 0; j < d; j++) values[at + j] = z * planted[j] + 0.02 * (values[at + j] - z * planted[j]);
  }
}

/** Flips the labels that mislead most along a direction across the planted one: the largest (u · x) against it. */
function flipWorst(values: Float64Array, labels: Int8Array, planted: Float64Array, share: number): void {
  const d = planted.length;
  const u = new Float64Array(d);
  u[Math.abs(planted[0]) < 0.9 ? 0 : 1] = 1;
  const along = u.reduce((sum, x, j) => sum + x * planted[j], 0);
  for (let j = 0; j < d; j++) u[j] -= along * planted[j];
  normalize(u);
  const keys = Float64Array.from(labels, (label, i) => {
    return rowDot(values, i * d, u, 0, d) * label;
  });
  const order = Int32Array.from(keys.keys()).sort((a, b) => keys[b] - keys[a]);
  for (let i = 0; i < Math.floor(share * labels.length); i++) labels[order[i]] = -labels[order[i]];
}

let quarticTable: { readonly sums: Float64Array; readonly scale: number } | undefined;

/** Points of the table of `drawQuartic`, over [-8, 8]. */
const TABLE = 400_000;

/** The number of density ~ exp(-x²/2 - x⁴/4), scaled to variance one, that a uniform one stands for. */
export function drawQuartic(u: number): number {
  quarticTable ??= makeQuarticTable();
  const { sums, scale } = quarticTable;
  let [low, high] = [0, TABLE];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sums[middle] <= u) low = middle;
    else high = middle;
  }
  const share = (u - sums[low]) / Math.max(sums[high] - sums[low], Number.MIN_VALUE);
  return (-8 + (16 * (low + share)) / TABLE) * scale;
}

function makeQuarticTable() {
  const sums = new Float64Array(TABLE + 1);
  let variance = 0;
  for (let i = 0; i < TABLE; i++) {
    const x = -8 + (16 * (i + 0.5)) / TABLE;
    const density = Math.exp(-(x * x) / 2 - x ** 4 / 4);
    sums[i + 1] = sums[i] + density;
    variance += density * x * x;
  }
  const total = sums[TABLE];
  for (let i = 0; i <= TABLE; i++) sums[i] /= total;
  return { sums, scale: 1 / Math.sqrt(variance / total) };
}
