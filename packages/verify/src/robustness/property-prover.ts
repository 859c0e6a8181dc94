// Finds the witness of a verdict: linear bounds and branching in floating point, whose lines and multipliers go into the witness.
import { ExactBounds, linesOf } from '../bounds/exact-bounds-checker.ts';
import type { ForwardBounds } from '../bounds/forward-bounds.ts';
import { crownBounds } from '../bounds/forward-bounds.ts';
import { prepareRegion } from '../bounds/region.ts';
import { finish, RowProducts } from '../bounds/row-products.ts';
import type { DenseLayer } from '../networks/network.ts';
import { prepareNetwork } from '../networks/network.ts';
import { cellOf } from '../programs/cell.ts';
import { freePhases, splitNeuron } from '../programs/splitting.ts';
import { leafMultipliers } from './margin-bounds.ts';
import type { ProofLeaf, ProofTree, PropertyWitness } from './property-checker.ts';
import { whyNotLeaf } from './property-checker.ts';
import type { PropertyInstance, PropertySolution, UnsafeCase } from './verify-property.ts';

/** Maximum number of leaves. */
const MOST_DOMAINS = 2000;

/** A witness of the verdict, or why there is none. */
export function certify(instance: PropertyInstance, solution: PropertySolution): PropertyWitness | string {
  if (solution.verdict === 'falsified') {
    const { witness, unsafeCase = 0 } = solution;
    return witness ? { point: { unsafeCase, x: Array.from(witness) } } : 'the solution has no witness';
  }
  const network = prepareNetwork(instance.network);
  const products = new RowProducts(network);
  const layers = instance.network.layers as readonly DenseLayer[];
  try {
    const trees: ProofTree[] = [];
    for (const unsafe of instance.unsafe) {
      const tree = treeSearch(products, layers, unsafe)(freePhases(network), []);
      if (!tree) return `no proof was found in ${MOST_DOMAINS} domains`;
      trees.push(tree);
    }
    return { trees };
  } finally {
    products.release();
  }
}

type ProofLines = Pick<ProofLeaf, 'lower' | 'upper' | 'intercept'>;

/** The neuron whose upper line is furthest away; undefined if all have one sign. */
function widest({ intercept }: ProofLines): { layer: number; neuron: number } | undefined {
  let [best, most]: [{ layer: number; neuron: number } | undefined, number] = [undefined, 0];
  intercept.forEach((list, layer) => {
    list.forEach((size, neuron) => {
      if (size > most) [best, most] = [{ layer, neuron }, size];
    });
  });
  return best;
}

type Path = { layer: number; neuron: number; up: boolean }[];

function treeSearch(products: RowProducts, layers: readonly DenseLayer[], unsafe: UnsafeCase) {
  const { network } = products;
  const exact = new ExactBounds(layers, unsafe.region);
  const region = prepareRegion(unsafe.region);
  const width = network.outputs;
  const rows = Array.from(unsafe.limits, (_, r) => unsafe.rows.slice(r * width, (r + 1) * width));
  let domains = 0;
  return prove;

  /** A tree of the part of the region with these signs. */
  function prove(phases: Int8Array[], path: Path): ProofTree | undefined {
    if (++domains > MOST_DOMAINS) return undefined;
    const bounds = finish(crownBounds(products, region, phases, network.layers.length - 1));
    const found = linesOf(exact, phases.slice(0, -1));
    if (!found) return undefined;
    const [lower, upper, intercept] = [0, 1, 2].map((part) => found.map((list) => Array.from(list[part])));
    const lines = { lower, upper, intercept };
    const leaf = leafOf(bounds, phases, path, lines);
    if (leaf) return leaf;
    const next = widest(lines);
    if (!next) return undefined;
    const [positive, negative] = splitNeuron(phases, next);
    const up = prove(positive, [...path, { ...next, up: true }]);
    const down = up && prove(negative, [...path, { ...next, up: false }]);
    return down && { split: [next.layer, next.neuron], up, down };
  }

  /** A leaf that the checker accepts. */
  function leafOf(bounds: ForwardBounds, phases: Int8Array[], path: Path, lines: ProofLines): ProofLeaf | undefined {
    const none = phases.slice(0, -1).map((signs) => new Array<number>(signs.length).fill(0));
    const offers = rows.map((_, r): ProofLeaf => {
      const conditions = rows.map((_row, k) => (k === r ? 1 : 0));
      return { conditions, multipliers: none, ...lines };
    });
    const conditions = rows.map(() => 0);
    // A sign that contradicts its neuron's bounds proves by itself that there is no input.
    for (const { layer, neuron } of path) {
      if (bounds.isEmpty && !(bounds.lower[layer][neuron] > bounds.upper[layer][neuron])) continue;
      const multipliers = none.map((list, k) => list.map((_, i) => (k === layer && i === neuron ? 1 : 0)));
      offers.push({ conditions, multipliers, ...lines });
    }
    const known = phases.map((signs, k) =>
      signs.map((sign, i) =>
        sign !== 0 || !lines.upper[k] || lines.intercept[k][i] > 0 ? sign : lines.upper[k][i] === 1 ? 1 : -1,
      ),
    );
    // Crossed bounds leave the layers above unbounded: then all signs must be known.
    if (!bounds.isEmpty || known.slice(0, -1).every((signs) => signs.every((sign) => sign !== 0))) {
      const found = leafMultipliers(cellOf(network, region, bounds, known), rows, unsafe.limits, known);
      if (found) offers.unshift({ ...found, ...lines });
    }
    return offers.find((leaf) => whyNotLeaf(exact, unsafe, leaf, path) === undefined);
  }
}
