// Which entries of a tensor depend on which entries of a variable: index lists are propagated through the expression, in time linear in
// its entries. Long lists become ‘all’, so that dense expressions cost no more than sparse ones.
//
// A. Griewank, A. Walther: Evaluating derivatives (2008), section 7.1.
import { inOrder } from '../expressions/order.ts';
import { compile } from '../expressions/program.ts';
import type { Tensor } from '../expressions/tensor.ts';
import { sizeOf, tensorOf, uniformValue, variable } from '../expressions/tensor.ts';
import { runsOf } from '../operations/entrywise.ts';
import type { Multiplying } from '../operations/matmul.ts';

/** The places of one entry, by number: of every entry, or of all where they are the same. */
type Reached = Int32Array | number;

const NONE = 0;
const ALL = -1;

/** Places that an entry may depend on before it counts as depending on all. */
const MOST_PLACES = 64;

/** Places that are written for each entry of the expression, on average, before all that is left counts as dense. */
const MOST_WRITTEN = 16;

/**
 * The entries of x on which each entry of the output may depend, for any values.
 *
 * @returns a function of an entry that gives these places in increasing order; `undefined` for more than are worth listing
 */
export function dependence(output: Tensor, x: Tensor): (entry: number) => Int32Array | undefined {
  const order = inOrder([output]);
  const size = sizeOf(x.shape);
  const lists = new PlaceLists(size, MOST_WRITTEN * order.reduce((sum, node) => sum + sizeOf(node.shape), size));
  const reached = new Map<Tensor, Reached>([[x, Int32Array.from({ length: size }, (_, i) => i + 1)]]);
  for (const node of order) {
    const inputs = node.inputs.map((from) => reached.get(from) ?? NONE);
    if (node !== x) reached.set(node, through(node, inputs, lists));
  }
  const found = reached.get(output) ?? NONE;
  return (entry) => lists.get(at(found, entry));
}

const at = (reached: Reached, k: number): number => (typeof reached === 'number' ? reached : reached[k]);

/** What a node's entries depend on, from what those of its inputs do. */
function through(node: Tensor, inputs: readonly Reached[], lists: PlaceLists): Reached {
  if (inputs.every((each) => each === NONE)) return NONE;
  const { shape, operation } = node;
  const size = sizeOf(shape);
  const [first] = inputs;
  if (operation.viewFrom !== undefined) {
    return typeof first === 'number' ? first : first.subarray(operation.viewFrom, operation.viewFrom + size);
  }
  const { sides } = operation as Partial<Multiplying>;
  if (sides && operation.name === 'matmul') return throughProduct(node, inputs, sides, lists);
  const all = () => inputs.reduce<number>((union, each) => lists.union(union, lists.unionOf(each)), NONE);
  if (!operation.reach) return all();
  const gradient = variable(...shape);
  const wanted = inputs.map(() => true);
  const passed = operation.pullback(node, gradient, wanted);
  const passing = inputs.map((each, k) => (passed[k] && uniformValue(passed[k]) !== 0 ? each : NONE));
  if (passing.every((each) => each === NONE)) return NONE;
  const out = new Int32Array(size);
  switch (operation.reach) {
    case 'entries': {
      if (passing.every((each) => typeof each === 'number')) return passing.reduce(lists.union, NONE);
      const shapes = node.inputs.map((from) => from.shape);
      const { count, length, starts, steps } = runsOf(shape, shapes);
      passing.forEach((each, k) => {
        if (each === NONE) return;
        for (let run = 0, to = 0; run < count; run++) {
          for (let i = 0, from = starts[k][run]; i < length; i++, from += steps[k], to++) {
            out[to] = lists.union(out[to], at(each, from));
          }
        }
      });
      return out;
    }
    case 'rows': {
      const cols = node.inputs[0].shape.at(-1) ?? 1;
      const each = size / (sizeOf(node.inputs[0].shape) / cols);
      for (let k = 0; k < size; k += each) out.fill(lists.unionOf(first, (k / each) * cols, cols), k, k + each);
      return out;
    }
    case 'picks': {
      if (node.inputs.some((from, k) => !passed[k] && !from.constant)) return all();
      // The operation itself, applied to numbers of entries, shows where entries go.
      const fed = node.inputs.map((from, k) => (passed[k] ? variable(...from.shape) : from));
      const given: number[] = [0]; // the dependences of all input entries, by the number that replaces the entry
      const variables = fed.filter((_, k) => passed[k]);
      const values = fed.flatMap(({ shape }, k) => {
        if (!passed[k]) return [];
        return [Float64Array.from({ length: sizeOf(shape) }, (_, i) => given.push(at(inputs[k], i)) - 1)];
      });
      return Int32Array.from(computed(tensorOf(shape, operation, fed), variables, values), (place) => given[place]);
    }
    case 'sums': {
      // The adjoint picks for every entry the sum that it is in.
      if (size === 1 || node.inputs.some((from, k) => k > 0 && !from.constant)) return all();
      const sums = computed(passed[0] as Tensor, [gradient], [Float64Array.from({ length: size }, (_, i) => i + 1)]);
      sums.forEach((place, k) => {
        if (place > 0) out[place - 1] = lists.union(out[place - 1], at(first, k));
      });
      return out;
    }
  }
}

function computed(output: Tensor, variables: readonly Tensor[], values: readonly Float64Array[]): Float64Array {
  const program = compile([output], variables);
  const found = program.run(values)[0].slice();
  program.release();
  return found;
}

/** An entry of a product depends on a row of the one matrix and a column of the other. */
function throughProduct(
  { shape, inputs: [a, b] }: Tensor,
  [ofA, ofB]: readonly Reached[],
  [turnedA, turnedB]: readonly [boolean, boolean],
  lists: PlaceLists,
): Reached {
  const [rows, cols] = shape.slice(-2);
  const inner = a.shape.at(turnedA ? -2 : -1) as number;
  const count = sizeOf(shape) / (rows * cols);
  const [countA, countB] = [sizeOf(a.shape) / (rows * inner), sizeOf(b.shape) / (inner * cols)];
  const isPlain = [countA, countB].every((each) => each === count || each === 1);
  if (!isPlain) return lists.union(lists.unionOf(ofA), lists.unionOf(ofB));
  const ofRows = lines(ofA, countA, rows, inner, turnedA, lists);
  const ofCols = lines(ofB, countB, cols, inner, !turnedB, lists);
  return Int32Array.from({ length: sizeOf(shape) }, (_, k) => {
    const row = Math.floor(k / cols);
    const col = Math.floor(k / (rows * cols)) * cols + (k % cols);
    return lists.union(at(ofRows, row % (countA * rows)), at(ofCols, col % (countB * cols)));
  });
}

/** What the rows of matrices depend on, or the columns of their transposes. */
function lines(each: Reached, count: number, rows: number, cols: number, isTurned: boolean, lists: PlaceLists): Reached {
  if (typeof each === 'number') return each;
  return Int32Array.from({ length: count * rows }, (_, k) => {
    const [matrix, row] = [Math.floor(k / rows) * rows * cols, k % rows];
    return isTurned ? lists.unionOf(each, matrix + row, cols, rows) : lists.unionOf(each, matrix + row * cols, cols);
  });
}

/** Sorted lists of places, each with a number. */
class PlaceLists {
  #places: Int32Array;
  #starts: Int32Array;
  #count: number;
  #left: number;
  #last = [NONE, NONE, NONE];

  /** Lists of one place have its number plus 1. */
  constructor(size: number, mostWritten: number) {
    this.#places = Int32Array.from({ length: 4 * size + 2 * MOST_PLACES }, (_, i) => i);
    this.#starts = Int32Array.from({ length: 2 * size + 4 }, (_, i) => i - 1);
    this.#starts[0] = 0;
    this.#count = size + 1;
    this.#left = mostWritten;
  }

  get(list: number): Int32Array | undefined {
    return list === ALL ? undefined : this.#places.subarray(this.#starts[list], this.#starts[list + 1]);
  }

  /** Of some entries, all by default. */
  unionOf(reached: Reached, from = 0, count = typeof reached === 'number' ? 1 : reached.length, step = 1): number {
    if (typeof reached === 'number') return reached;
    let union = NONE;
    for (let i = 0, k = from; i < count && union !== ALL; i++, k += step) union = this.union(union, reached[k]);
    return union;
  }

  readonly union = (a: number, b: number): number => {
    if (a === b || b === NONE) return a;
    if (a === NONE) return b;
    if (a === ALL || b === ALL || this.#left < 0) return ALL;
    const last = this.#last;
    if (last[0] !== a || last[1] !== b) this.#last = [a, b, this.#merged(a, b)];
    return this.#last[2];
  };

  #merged(a: number, b: number): number {
    const start = this.#starts[this.#count];
    if (start + 2 * MOST_PLACES > this.#places.length) this.#places = grown(this.#places);
    if (this.#count + 2 > this.#starts.length) this.#starts = grown(this.#starts);
    const [places, starts] = [this.#places, this.#starts];
    let [i, j, end] = [starts[a], starts[b], start];
    const [endA, endB] = [starts[a + 1], starts[b + 1]];
    while (i < endA || j < endB) {
      const next = j === endB || (i < endA && places[i] <= places[j]) ? places[i] : places[j];
      if (i < endA && places[i] === next) i++;
      if (j < endB && places[j] === next) j++;
      places[end++] = next;
    }
    const length = end - start;
    this.#left -= length;
    if (length === endA - starts[a]) return a;
    if (length === endB - starts[b]) return b;
    if (length > MOST_PLACES) return ALL;
    starts[this.#count + 1] = end;
    return this.#count++;
  }
}

function grown(from: Int32Array): Int32Array {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
