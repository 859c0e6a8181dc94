// The local Lipschitz constant of a small ReLU network as a mixed integer program for HiGHS: an oracle that shares no
// code with the search.
import highsModule, { type LegacyHighs } from 'highs';
import type { NeuronBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import type { DenseLayer, Network } from '../networks/network.ts';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const loadHighs = highsModule as unknown as () => Promise<LegacyHighs>;

/** Terms of a linear expression, variable by coefficient. */
type Terms = [number, string][];

const write = (terms: Terms): string =>
  terms.map(([a, name]) => `${a < 0 ? '-' : '+'} ${Math.abs(a)} ${name}`).join(' ') || '0 zero';

/** Writes programs line by line. */
export class ProgramWriter {
  readonly rows: string[] = [];
  readonly bounds: string[] = ['0 <= zero <= 0'];
  readonly binaries: string[] = [];

  atMost(terms: Terms, limit: number): void {
    this.rows.push(`${write(terms)} <= ${limit}`);
  }

  equal(terms: Terms, value: number): void {
    this.rows.push(`${write(terms)} = ${value}`);
  }

  between(name: string, low: number, high: number): void {
    this.bounds.push(`${low} <= ${name} <= ${high}`);
  }

  text(sense: 'Maximize' | 'Minimize', objective: Terms): string {
    const parts = [sense, write(objective), 'Subject To', ...this.rows, 'Bounds', ...this.bounds];
    if (this.binaries.length > 0) parts.push('Binary', this.binaries.join('\n'));
    return `${parts.join('\n')}\nEnd`;
  }
}

/** Variables x, z, a and binaries d (d = 1 where z >= 0) of a dense ReLU network over a box. */
export function writeNetwork(
  writer: ProgramWriter,
  { layers }: Network,
  { lower, upper }: Region,
  hidden: readonly NeuronBounds[],
): void {
  lower.forEach((low, j) => {
    writer.between(`x${j}`, low, upper[j]);
  });
  layers.slice(0, -1).forEach((layer, k) => {
    const { inputs, outputs, weight, bias } = layer as DenseLayer;
    const before = (j: number) => (k === 0 ? `x${j}` : `a${k - 1}_${j}`);
    for (let i = 0; i < outputs; i++) {
      const [z, a, d] = [`z${k}_${i}`, `a${k}_${i}`, `d${k}_${i}`];
      const l = hidden[k].lower[i] - 1e-6;
      const u = hidden[k].upper[i] + 1e-6;
      writer.between(z, l, u);
      writer.between(a, 0, Math.max(0, u));
      writer.binaries.push(d);
      const sum: Terms = [[1, z]];
      for (let j = 0; j < inputs; j++) sum.push([-weight[i * inputs + j], before(j)]);
      writer.equal(sum, bias[i]);
      writer.atMost(
        [
          [1, z],
          [-1, a],
        ],
        0,
      );
      writer.atMost(
        [
          [1, a],
          [-1, z],
          [-l, d],
        ],
        -l,
      );
      writer.atMost(
        [
          [1, a],
          [-Math.max(0, u), d],
        ],
        0,
      );
      // The sign itself: z >= 0 where d = 1, z <= 0 where d = 0.
      writer.atMost(
        [
          [1, z],
          [-Math.max(0, u), d],
        ],
        0,
      );
      writer.atMost(
        [
          [-1, z],
          [-l, d],
        ],
        -l,
      );
    }
  });
}

/** A function that solves programs in the LP format to 1e-9. */
export async function highsSolver(): Promise<(program: string) => { status: string; value: number }> {
  const highs = await loadHighs();
  return (program) => {
    const { Status, ObjectiveValue } = highs.solve(program, {
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      mip_feasibility_tolerance: 1e-9,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-9,
    });
    return { status: Status, value: ObjectiveValue };
  };
}

/** The program of the largest l1 norm of the gradient of one output; bounds of J are sums of magnitudes. */
export function lipschitzProgram(
  network: Network,
  region: Region,
  hidden: readonly NeuronBounds[],
  output: number,
): string {
  const writer = new ProgramWriter();
  writeNetwork(writer, network, region, hidden);
  const layers = network.layers as readonly DenseLayer[];
  const last = layers.length - 1;
  const top = layers[last];
  // J_k is a list of variables or constants; limits bound their magnitudes.
  let row: Terms[] = [];
  let constants: number[] = [];
  let limits: number[] = [];
  for (let i = 0; i < top.inputs; i++) {
    row.push([]);
    constants.push(top.weight[output * top.inputs + i]);
    limits.push(Math.abs(constants[i]));
  }
  for (let k = last - 1; k >= 0; k--) {
    const { inputs, outputs, weight } = layers[k];
    for (let i = 0; i < outputs; i++) {
      const [y, d] = [`y${k}_${i}`, `d${k}_${i}`];
      const limit = limits[i];
      writer.between(y, -limit, limit);
      const minusJ: Terms = row[i].map(([a, name]) => [-a, name]);
      writer.atMost(
        [
          [1, y],
          [-limit, d],
        ],
        0,
      );
      writer.atMost(
        [
          [-1, y],
          [-limit, d],
        ],
        0,
      );
      writer.atMost([[1, y], ...minusJ, [2 * limit, d]], constants[i] + 2 * limit);
      writer.atMost([[-1, y], ...row[i], [2 * limit, d]], -constants[i] + 2 * limit);
    }
    const next: Terms[] = [];
    const nextLimits: number[] = [];
    for (let j = 0; j < inputs; j++) {
      next.push(Array.from({ length: outputs }, (_, i) => [weight[i * inputs + j], `y${k}_${i}`]));
      nextLimits.push(limits.reduce((sum, limit, i) => sum + limit * Math.abs(weight[i * inputs + j]), 0));
    }
    row = next;
    constants = new Array<number>(inputs).fill(0);
    limits = nextLimits;
  }
  const objective: Terms = [];
  row.forEach((terms, j) => {
    const [t, e] = [`t${j}`, `e${j}`];
    writer.between(t, 0, limits[j]);
    writer.binaries.push(e);
    const minus: Terms = terms.map(([a, name]) => [-a, name]);
    writer.atMost([[1, t], ...minus, [2 * limits[j], e]], 2 * limits[j] + constants[j]);
    writer.atMost([[1, t], ...terms, [-2 * limits[j], e]], -constants[j]);
    objective.push([1, t]);
  });
  return writer.text('Maximize', objective);
}
