// Adversarial networks, and checks in whole numbers of every bound, witness and constant of them.
import { Random } from '@infimum/core';
import { outputBounds } from '../bounds/output-bounds.ts';
import { regionAround } from '../bounds/region.ts';
import { certifyMonotone } from '../lipschitz/certify-monotone.ts';
import { exactLipschitz } from '../lipschitz/exact-lipschitz.ts';
import { localLipschitz } from '../lipschitz/propagated-lipschitz.ts';
import { denseNetwork } from '../networks/network.ts';
import { verifyProperty } from '../robustness/verify-property.ts';
import type { Exact, PlainNetwork } from './exact-oracle.ts';
import { compare, exact, exactConstant, exactGradient, exactLayers, minus, plus, sumOf, times } from './exact-oracle.ts';

const KINDS = ['plain', 'cancelling', 'scaled', 'duplicates', 'thin', 'kinks', 'tiny'] as const;

/** A network of a kind; the same seed, the same network. */
function hostileNetwork(seed: number, inputs?: number): PlainNetwork {
  const random = new Random(seed);
  const kind = KINDS[seed % KINDS.length];
  const dims = [
    inputs ?? 1 + random.integer(3),
    2 + random.integer(3),
    ...(random.integer(2) ? [2] : []),
    1 + random.integer(2),
  ];
  if (inputs === 1) dims.splice(0, dims.length, 1, 2 + random.integer(4), 1);
  const power = random.integer(300);
  const weights: Float64Array[] = [];
  const biases: Float64Array[] = [];
  for (let k = 1; k < dims.length; k++) {
    const [rows, cols] = [dims[k], dims[k - 1]];
    const w = random.normals(new Float64Array(rows * cols));
    const b = random.normals(new Float64Array(rows));
    if (kind === 'cancelling' || kind === 'duplicates') {
      // Rows come in pairs, equal or opposite, up to a bit.
      for (let i = 1; i < rows; i += 2) {
        const sign = kind === 'duplicates' ? 1 : -1;
        for (let j = 0; j < cols; j++) w[i * cols + j] = sign * w[(i - 1) * cols + j];
        b[i] = sign * b[i - 1] * (random.integer(2) ? 1 : 1 + 2 ** -52);
      }
    }
    if (kind === 'kinks') b.fill(0);
    if (kind === 'kinks') for (let i = 0; i < w.length; i++) w[i] = Math.round(2 * w[i]);
    if (kind === 'thin' && rows > 1) {
      // Two nearly identical parallel planes.
      for (let j = 0; j < cols; j++) w[cols + j] = -w[j];
      b[1] = -b[0] + 10 ** -(9 + random.integer(8));
    }
    if (kind === 'scaled') {
      const factor = 10 ** (k % 2 ? -power / 2 : power / 2);
      for (let i = 0; i < w.length; i++) w[i] *= factor;
      if (k % 2) for (let i = 0; i < rows; i++) b[i] *= factor;
    }
    if (kind === 'tiny') for (let i = 0; i < w.length; i++) w[i] *= 10 ** -(300 + random.integer(20));
    if (kind === 'tiny') for (let i = 0; i < rows; i++) b[i] *= random.integer(2) ? 1e-310 : 0;
    weights.push(w);
    biases.push(b);
  }
  return { weights, biases };
}

/** The errors found, one line each. */
export function soundnessFaults(seed: number): string[] {
  const faults: string[] = [];
  const complain = (what: string) => faults.push(`seed ${seed} (${KINDS[seed % KINDS.length]}): ${what}`);
  const plain = hostileNetwork(seed);
  const network = denseNetwork(plain.weights, plain.biases);
  const random = new Random(seed).split(1);
  const n = plain.weights[0].length / plain.biases[0].length;
  const center = random.normals(new Float64Array(n)).map((c) => (seed % 3 ? c : 0));
  const norm = (['inf', 'l1', 'l2'] as const)[random.integer(3)];
  const region = regionAround(center, random.integer(2) ? 1 : 10 ** -random.integer(12), { norm });
  const outputs = plain.biases[plain.biases.length - 1].length;
  const points = Array.from({ length: 8 }, (_, p) =>
    region.lower.map((low, j) => {
      const share = norm === 'inf' ? (p < 3 ? random.integer(2) : random.uniform()) : 0.5 + (random.uniform() - 0.5) / n;
      return Math.min(region.upper[j], Math.max(low, low + share * (region.upper[j] - low)));
    }),
  );
  points.push(center.slice());
  const values = points.map((x) => exactLayers(plain, Array.from(x, exact)).at(-1) as Exact[]);
  for (const method of ['interval', 'crown', 'alpha-crown'] as const) {
    const { lower, upper } = outputBounds(network, region, { method });
    for (const y of values) {
      for (const [i, value] of y.entries()) {
        if (Number.isFinite(lower[i]) && compare(value, exact(lower[i])) < 0) complain(`${method} from below`);
        if (Number.isFinite(upper[i]) && compare(value, exact(upper[i])) > 0) complain(`${method} from above`);
      }
    }
  }
  const gradients = points.flatMap((x) => {
    const found = exactGradient(plain, Array.from(x, exact), 0);
    return found ? [sumOf(found)] : [];
  });
  for (const method of ['linear', 'recurjac', 'interval', 'norms'] as const) {
    const { perOutput } = localLipschitz({ network, region }, { method });
    if (gradients.some((size) => compare(size, exact(perOutput[0])) > 0)) complain(`Lipschitz ${method}`);
  }
  // A limit equal to an attained output: a tie at that point.
  const rows = Float64Array.from({ length: outputs }, (_, i) => (i === 0 ? -1 : 0));
  const limit = Number(values[0][0].m) * 2 ** Math.max(-1074, values[0][0].e);
  if (Number.isFinite(limit)) {
    const { verdict, witness } = verifyProperty({ network, unsafe: [{ region, rows, limits: [-limit] }] }, { maxDomains: 200 });
    const isUnsafe = (x: ArrayLike<number>) => {
      const [y] = exactLayers(plain, Array.from(x, exact)).at(-1) as Exact[];
      return compare(y, exact(limit)) >= 0;
    };
    if (verdict === 'falsified') {
      if (!witness || !isUnsafe(witness)) complain('a witness that is safe');
      if (witness && !isWithin(witness, region, center)) complain('a witness outside of the region');
    }
    if (verdict === 'certified' && points.some((x) => isWithin(x, region, center) && isUnsafe(x)))
      complain('certified, and unsafe');
  }
  const { verdict, rising, falling } = certifyMonotone({ network, region, feature: 0, output: 0 }, { maxDomains: 50 });
  for (const [witness, sign] of [
    [rising, 1],
    [falling, -1],
  ] as const) {
    if (!witness) continue;
    const [a, b] = [witness.before, witness.after].map((x) => (exactLayers(plain, Array.from(x, exact)).at(-1) as Exact[])[0]);
    if (compare(b, a) !== sign) complain(`a ${sign > 0 ? 'rise' : 'fall'} that is none`);
  }
  if (verdict === 'neither' && !(rising && falling)) complain('neither without witnesses');
  return faults;
}

function isWithin(x: Float64Array, region: ReturnType<typeof regionAround>, center: Float64Array): boolean {
  if (x.some((value, j) => value < region.lower[j] || value > region.upper[j])) return false;
  if (!region.ball) return true;
  const offsets = Array.from(x, (value, j) => plus(exact(value), minus(exact(center[j]))));
  const radius = exact(region.ball.radius);
  return region.ball.norm === 'l1'
    ? compare(sumOf(offsets), radius) <= 0
    : compare(
        offsets.reduce((sum, d) => plus(sum, times(d, d)), exact(0)),
        times(radius, radius),
      ) <= 0;
}

/** The errors of the Lipschitz constants of a network of one input. */
export function constantFaults(seed: number): string[] {
  const plain = hostileNetwork(seed, 1);
  const network = denseNetwork(plain.weights, plain.biases);
  const random = new Random(seed).split(2);
  const lower = seed % 3 ? -random.uniform() : 0;
  const upper = lower + (random.integer(2) ? 1 : 10 ** -random.integer(8));
  const region = { lower: [lower], upper: [upper] };
  const truth = exactConstant(plain, lower, upper);
  const faults: string[] = [];
  const complain = (what: string) => faults.push(`seed ${seed} (${KINDS[seed % KINDS.length]}): ${what}`);
  const local = localLipschitz({ network, region });
  if (compare(exact(local.lowerBound), truth) > 0) complain('a lower bound above the constant');
  if (compare(exact(local.bound), truth) < 0) complain('a bound below the constant');
  for (const cells of ['interior', 'closed'] as const) {
    const { bound, lowerBound, status } = exactLipschitz({ network, region }, { cells });
    if (compare(exact(bound), truth) < 0) complain(`exact ${cells} below the constant`);
    if (compare(exact(lowerBound), truth) > 0) complain(`exact ${cells}: a lower bound above the constant`);
    if (cells !== 'interior' || status !== 'converged') continue;
    // A converged result is the constant, except for rounding of the magnitudes.
    const size = Array.from(plain.weights[0], (w, i) => Math.abs(w * plain.weights[1][i])).reduce((a, b) => a + b, 0);
    if (compare(exact(bound), plus(truth, exact(1e-10 * size + 1e-300))) > 0) complain('exact interior above the constant');
  }
  return faults;
}
