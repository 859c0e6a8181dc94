// What a step of a walk touches, in one record a node: on large graphs a step waits for memory, not for arithmetic, so
// that what is used together lies together, and a node that may come next is already in the cache.
import type { Graph } from '../graph/graph.ts';
import type { Transitions } from './transitions.ts';

// Of a record, in numbers of 8 bytes from its beginning:
/** (memory/μ)^-α, which neighbours read: it comes first, with what the next step needs. */
export const REPULSION = 0;
/** Probability of staying. */
export const STAY = 1;
/** What is remembered of visits, up to a common factor. */
export const MEMORY = 2;
/** μ. */
export const MASS = 3;
/** Visits. */
export const VISITS = 4;
// and in numbers of 4 bytes from twice its beginning:
/** Number of neighbours. */
export const DEGREE = 10;
/** The node. */
export const NODE = 11;
/** From here on two numbers a neighbour: where its record begins, and the place of the probability in `chances`. */
export const NEIGHBOURS = 12;

/** Different probabilities that are worth a table: it fits the first-level cache. */
const MOST_DIFFERENT = 2048;

/** The records of all nodes of a graph. */
export interface WalkRecords {
  /** The records, as numbers of 8 bytes. */
  readonly reals: Float64Array;
  /** The same memory, as numbers of 4 bytes. */
  readonly integers: Int32Array;
  /** Where the record of each node begins in `reals`. */
  readonly begins: Int32Array;
  /** Probabilities of moves: the different ones where they are few, else one an edge. */
  readonly chances: Float64Array;
}

/** Records with no visit and the uniform distribution in memory; repulsions are still zero. O(nodes + edges). */
export function walkRecords(
  { nodes, rowPointers, columnIndices }: Graph,
  { move, stay, stationary }: Transitions,
): WalkRecords {
  const header = NEIGHBOURS / 2;
  const begins = Int32Array.from({ length: nodes }, (_, i) => header * i + rowPointers[i]);
  const memory = new ArrayBuffer(8 * (header * nodes + columnIndices.length));
  const reals = new Float64Array(memory);
  const integers = new Int32Array(memory);
  const { codes, chances } = codesOf(move);
  for (let i = 0; i < nodes; i++) {
    const at = begins[i];
    reals[at + STAY] = stay[i];
    reals[at + MEMORY] = 1 / nodes;
    reals[at + MASS] = stationary[i];
    integers[2 * at + DEGREE] = rowPointers[i + 1] - rowPointers[i];
    integers[2 * at + NODE] = i;
    let place = 2 * at + NEIGHBOURS;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      integers[place++] = begins[columnIndices[k]];
      integers[place++] = codes ? codes[k] : k;
    }
  }
  return { reals, integers, begins, chances };
}

/** Each probability's place in a table of the different ones; no codes where those are many. */
function codesOf(move: Float64Array): { codes?: Int32Array; chances: Float64Array } {
  const places = new Map<number, number>();
  const codes = new Int32Array(move.length);
  for (let k = 0; k < move.length; k++) {
    const known = places.get(move[k]);
    codes[k] = known ?? places.size;
    if (known === undefined) places.set(move[k], places.size);
    if (places.size > MOST_DIFFERENT) return { chances: move };
  }
  return { codes, chances: Float64Array.from(places.keys()) };
}
