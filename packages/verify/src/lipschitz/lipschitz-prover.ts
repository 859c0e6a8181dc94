// Points with large gradients, and a tree whose parts are halved where the bound is largest: inputs, then signs of few neurons.
import type { LipschitzPart, LipschitzTree, LipschitzWitness } from './lipschitz-checker.ts';
import { gradientsOn, halvesOf } from './lipschitz-checker.ts';
import type { LipschitzInstance } from './local-lipschitz.ts';

/** Maximum number of branches of the tree. */
const MOST_PARTS = 500;

/** Weights of the network times branches. */
const MOST_WORK = 15_000;

/** Share of the box's width from which on signs of a few neurons are split: wider parts contain kinks that do not meet. */
const NARROW = 1 / 64;

interface Open {
  readonly part: LipschitzPart;
  readonly norms: readonly number[];
  readonly unsigned: readonly (readonly [layer: number, neuron: number])[];
  /** In the tree, to be filled. */
  readonly node: Record<string, unknown>;
}

/** The input of the widest side, and the width. */
function widestOf({ lower, upper }: LipschitzPart): [input: number, width: number] {
  const widths = upper.map((end, j) => end - lower[j]);
  const width = widths.reduce((most, one) => Math.max(most, one), 0);
  return [widths.indexOf(width), width];
}

/** A witness. */
export function certify(instance: LipschitzInstance): LipschitzWitness | string {
  const { layers } = instance.network;
  const root: Record<string, unknown> = {};
  const { lower, upper } = instance.region;
  const signs = layers.slice(0, -1).map(({ bias }) => new Int8Array(bias.length));
  const points: Float64Array[] = [];
  const seen: number[] = [];
  const open = (part: LipschitzPart, node: Record<string, unknown>): Open | undefined => {
    const found = gradientsOn(instance, part);
    const unsigned = found?.slopes.flatMap((list, k) =>
      list.flatMap((slope, i) => (slope.lower < slope.upper ? [[k, i] as const] : [])),
    );
    return found && unsigned && { part, node, unsigned, norms: found.norms.map((norm) => norm.upper) };
  };
  const excess = ({ norms }: Open) => norms.reduce((most, norm, i) => Math.max(most, norm / seen[i] || 0), 0);
  const weights = layers.reduce((sum, layer) => sum + ('weight' in layer ? layer.weight.length : 0), 0);
  /** In the middle, at two corners, and at points that are spread over a part. */
  const look = (part: LipschitzPart, count = Math.max(3, Math.min(60, Math.floor(MOST_WORK / weights)))) => {
    for (let k = 0; k < count; k++) {
      const x = part.lower.map((low, j) => {
        const share = [0.5, 0, 1][k] ?? (k * (j + 1) * Math.SQRT2) % 1;
        return (1 - share) * low + share * part.upper[j];
      });
      gradientsOn(instance, { lower: x, upper: x, signs })?.norms.forEach((norm, i) => {
        if (!(norm.lower <= seen[i])) [seen[i], points[i]] = [norm.lower, x];
      });
    }
  };
  const first = open({ lower, upper, signs }, root);
  if (!first) return 'numbers are beyond the range of doubles';
  look(first.part);
  const parts: Open[] = [first];
  for (let k = Math.min(MOST_PARTS, MOST_WORK / weights); k > 1; k--) {
    const worst = parts.reduce((most, part) => (excess(part) > excess(most) ? part : most));
    const { part, unsigned, node } = worst;
    const before = excess(worst);
    if (unsigned.length === 0) look(part);
    if (excess(worst) <= 1 + 1e-9 || (unsigned.length === 0 && excess(worst) === before)) break;
    if (unsigned.length === 0) continue;
    const [input, width] = widestOf(part);
    const isFew =
      unsigned.length === 1 ||
      lower.length > 3 ||
      (unsigned.length <= lower.length && width <= NARROW * widestOf(first.part)[1]);
    const branch =
      isFew || !(width > 0) ? { split: unsigned[0] } : { cut: [input, part.lower[input] / 2 + part.upper[input] / 2] };
    const nodes = [{}, {}];
    const halves = halvesOf(part, branch)?.map((half, side) => open(half, nodes[side]));
    if (!halves?.every((half) => half !== undefined)) break;
    for (const half of halves) look(half.part, 1);
    Object.assign(node, branch, { down: nodes[0], up: nodes[1] });
    parts.splice(parts.indexOf(worst), 1, ...halves);
  }
  return { points: points.map((point) => Array.from(point)), tree: root as LipschitzTree };
}
