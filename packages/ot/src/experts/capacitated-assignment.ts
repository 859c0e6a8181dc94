// Exact capacitated assignment by successive shortest augmenting paths on the graph of experts.
//
// Tokens hold K experts each. Moving a token from expert k to k' costs what it likes k better than k'; the cheapest
// such move is the length of an arc k -> k', so that the flow problem on tokens and experts becomes one on the experts
// alone. A shortest path from an overloaded expert to one with room is a chain of moves; it is augmented, and the
// biases are lowered by the distances (Johnson's potentials), so that lengths stay non-negative and every routing on
// the way is the best one for its own loads.
//
// J. Edmonds, R. Karp: Theoretical improvements in algorithmic efficiency for network flow problems (1972).
import type { ExpertAssignment, Routing } from './expert-assignment.ts';
import { capacitiesOf } from './expert-assignment.ts';

/** Moves that are weighed between two pauses: some tenths of a second. */
const MOVES_PER_PIECE = 2 ** 24;

/** Stands for a unit of spare room that moves, instead of a token. */
const SPARE = -1;

/** The moves of the cheapest path of one augmentation, and the state that finds them. */
export class CapacitatedAssignment {
  readonly tokens: number;
  readonly experts: number;
  /** Added to the scores; the routing is the best one for it and for the present loads. */
  readonly bias: Float64Array;
  /** Tokens and spare room of every expert, minus its capacity: what augmentations bring down to zero. */
  readonly excess: Int32Array;
  /** Units of positive excess. */
  overload = 0;

  readonly #values: Float64Array;
  readonly #spare: Int32Array;
  readonly #members: Int32Array;
  readonly #place: Int32Array;
  readonly #loads: Int32Array;
  readonly #mover: Int32Array;
  readonly #length: Float64Array;
  readonly #distance: Float64Array;
  readonly #parent: Int32Array;
  readonly #done: Uint8Array;

  /**
   * @param routing - K experts a token, optimal for `bias` up to rounding
   */
  constructor(problem: ExpertAssignment, routing: Routing, bias: Float64Array) {
    const { rows, cols } = problem.scores;
    const capacities = capacitiesOf(problem);
    this.tokens = rows;
    this.experts = cols;
    this.bias = bias.slice();
    this.#values = transposed(problem.scores);
    this.#spare = spareRoom(capacities, routing.loads, bias, rows * problem.expertsPerToken);
    this.excess = capacities.map((capacity, k) => routing.loads[k] + this.#spare[k] - capacity);
    this.overload = this.excess.reduce((sum, excess) => sum + Math.max(0, excess), 0);
    this.#members = new Int32Array(rows * cols);
    this.#place = new Int32Array(rows * cols).fill(-1);
    this.#loads = new Int32Array(cols);
    for (let i = 0; i < rows; i++) {
      for (let at = routing.tokenPointers[i]; at < routing.tokenPointers[i + 1]; at++) {
        this.#add(i, routing.experts[at]);
      }
    }
    this.#mover = new Int32Array(cols * cols).fill(SPARE);
    this.#length = new Float64Array(cols * cols).fill(Infinity);
    this.#distance = new Float64Array(cols);
    this.#parent = new Int32Array(cols);
    this.#done = new Uint8Array(cols);
  }

  /** Finds the cheapest move along every arc, for `augment`. Pauses where there are millions of moves. */
  *findMovers(): Generator<undefined, void> {
    if (this.overload === 0) return;
    let moves = 0;
    for (let from = 0; from < this.experts; from++) {
      for (let to = 0; to < this.experts; to++) if (to !== from) this.#findMover(from, to);
      moves += this.experts * this.#loads[from];
      if (moves < MOVES_PER_PIECE) continue;
      moves = 0;
      yield;
    }
  }

  /** Does one augmentation, after `findMovers`: the overload falls by one unit. */
  augment(): void {
    const end = this.#shortestPath();
    const { bias, excess } = this;
    const farthest = this.#distance[end];
    for (let k = 0; k < this.experts; k++) bias[k] += Math.min(this.#distance[k], farthest) - farthest;
    excess[end]++;
    let to = end;
    while (this.#parent[to] >= 0) {
      const from = this.#parent[to];
      this.#move(from, to);
      to = from;
    }
    excess[to]--;
    this.overload--;
  }

  /** The routing as it stands; experts of a token in the order of their indices. */
  routing(tokenPointers: Int32Array): Routing {
    const { tokens } = this;
    const experts = new Int32Array(tokenPointers[tokens]);
    const next = tokenPointers.slice();
    for (let k = 0; k < this.experts; k++) {
      for (let i = 0; i < tokens; i++) if (this.#place[k * tokens + i] >= 0) experts[next[i]++] = k;
    }
    return { tokenPointers, experts, loads: this.#loads.slice() };
  }

  /** Dijkstra's algorithm from all overloaded experts; gives the nearest one that has room. O(E²). */
  #shortestPath(): number {
    const { experts, excess, bias } = this;
    const distance = this.#distance;
    const parent = this.#parent;
    const done = this.#done.fill(0);
    for (let k = 0; k < experts; k++) {
      distance[k] = excess[k] > 0 ? 0 : Infinity;
      parent[k] = -1;
    }
    for (;;) {
      let nearest = -1;
      for (let k = 0; k < experts; k++) {
        if (!done[k] && (nearest < 0 || distance[k] < distance[nearest])) nearest = k;
      }
      if (excess[nearest] < 0) return nearest;
      done[nearest] = 1;
      const base = distance[nearest] + bias[nearest];
      for (let k = 0, arc = nearest * experts; k < experts; k++, arc++) {
        if (done[k]) continue;
        const length = this.#spare[nearest] > 0 ? Math.min(0, this.#length[arc]) : this.#length[arc];
        // Rounding may make a length negative; it is none.
        const reached = Math.max(distance[nearest], base + length - bias[k]);
        if (reached < distance[k]) {
          distance[k] = reached;
          parent[k] = nearest;
        }
      }
    }
  }

  /** Moves the cheapest token, or a unit of spare room, along an arc. */
  #move(from: number, to: number): void {
    const arc = from * this.experts + to;
    const token = this.#mover[arc];
    if (this.#spare[from] > 0 && (token === SPARE || this.#length[arc] >= 0)) {
      this.#spare[from]--;
      this.#spare[to]++;
      return;
    }
    this.#remove(token, from);
    this.#add(token, to);
    for (let k = 0; k < this.experts; k++) {
      const isMember = this.#place[k * this.tokens + token] >= 0;
      if (k !== from) {
        if (this.#mover[from * this.experts + k] === token) this.#findMover(from, k);
        if (isMember && k !== to) this.#offer(token, k, from);
      }
      if (k !== to) {
        if (this.#mover[k * this.experts + to] === token) this.#findMover(k, to);
        if (!isMember) this.#offer(token, to, k);
      }
    }
  }

  /** Looks through all tokens of an expert for the one that moves most cheaply. */
  #findMover(from: number, to: number): void {
    const { tokens } = this;
    const values = this.#values;
    const arc = from * this.experts + to;
    let least = Infinity;
    let mover = SPARE;
    for (let at = from * tokens, end = at + this.#loads[from]; at < end; at++) {
      const token = this.#members[at];
      if (this.#place[to * tokens + token] >= 0) continue;
      const length = values[from * tokens + token] - values[to * tokens + token];
      if (length < least) {
        least = length;
        mover = token;
      }
    }
    this.#mover[arc] = mover;
    this.#length[arc] = least;
  }

  /** A token that has become able to move along an arc. */
  #offer(token: number, from: number, to: number): void {
    const arc = from * this.experts + to;
    const length = this.#values[from * this.tokens + token] - this.#values[to * this.tokens + token];
    if (length < this.#length[arc]) {
      this.#length[arc] = length;
      this.#mover[arc] = token;
    }
  }

  #add(token: number, expert: number): void {
    const offset = expert * this.tokens;
    this.#members[offset + this.#loads[expert]] = token;
    this.#place[offset + token] = this.#loads[expert]++;
  }

  #remove(token: number, expert: number): void {
    const offset = expert * this.tokens;
    const place = this.#place[offset + token];
    const last = this.#members[offset + --this.#loads[expert]];
    this.#members[offset + place] = last;
    this.#place[offset + last] = place;
    this.#place[offset + token] = -1;
  }
}

/** The expert at which unused room begins: one with the largest bias, and among those first one with room. */
function spareRoom(capacities: Int32Array, loads: Int32Array, bias: Float64Array, slots: number): Int32Array {
  const spare = new Int32Array(capacities.length);
  let left = capacities.reduce((sum, capacity) => sum + capacity, 0) - slots;
  const dearest = bias.reduce((most, value) => Math.max(most, value), -Infinity);
  for (let k = 0; k < bias.length; k++) {
    if (bias[k] !== dearest) continue;
    spare[k] = Math.min(left, Math.max(0, capacities[k] - loads[k]));
    left -= spare[k];
  }
  spare[bias.indexOf(dearest)] += left;
  return spare;
}

/** Scores by expert: E x T. */
export function transposed({ rows, cols, values }: ExpertAssignment['scores']): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < cols; k++) out[k * rows + i] = values[i * cols + k];
  }
  return out;
}
