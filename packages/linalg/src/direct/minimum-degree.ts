// An order of elimination that keeps factors of sparse symmetric matrices sparse: approximate minimum degree.
//
// P. Amestoy, T. Davis, I. Duff: An approximate minimum degree ordering algorithm (1996), in the form of T. Davis: Direct
// methods for sparse linear systems (2006), section 7.1: a quotient graph with element absorption, mass elimination, and
// indistinguishable nodes found by hashing.

/** The pattern of a symmetric matrix without its diagonal, both triangles. */
export interface SymmetricPattern {
  readonly size: number;
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
}

/** Marks what is done with; its own inverse. */
const flip = (i: number): number => -i - 2;

/**
 * A permutation: row and column `order[k]` are eliminated at step k. Time about O(n + entries) times a small power on the graphs of
 * meshes.
 */
export function minimumDegree(pattern: SymmetricPattern): Int32Array {
  if (pattern.size === 0) return new Int32Array(0);
  const graph = new QuotientGraph(pattern);
  while (!graph.isEliminated) graph.eliminate();
  return graph.order();
}

/** A node while it is eliminated: the element that it becomes is the list of nodes `lists[first]` to `lists[end - 1]`. */
interface Pivot {
  readonly node: number;
  /** Nodes that it represents: itself and those that are eliminated with it. */
  weight: number;
  readonly first: number;
  readonly end: number;
  /** Nodes that the list represents. */
  size: number;
  /** Whether the list takes the place of the node's own. */
  readonly isInPlace: boolean;
}

/** Nodes that are left, and the elements that eliminated ones became. A node's list: its elements, then its nodes. */
class QuotientGraph {
  readonly #size: number;
  readonly #lists: Int32Array;
  #used: number;
  /** Of each list; the flipped parent of what was absorbed. */
  readonly #start: Int32Array;
  readonly #length: Int32Array;
  /** How many elements come first in a list; -1 for absorbed nodes, -2 for elements. */
  readonly #elements: Int32Array;
  /** How many nodes each represents: 0 once it is absorbed, negative while it is in the pivot's list. */
  readonly #weights: Int32Array;
  readonly #degree: Int32Array;
  /** Doubly linked lists of the nodes of each degree. */
  readonly #head: Int32Array;
  readonly #next: Int32Array;
  readonly #last: Int32Array;
  readonly #hashHead: Int32Array;
  /** 0 for elements that were absorbed. */
  readonly #marks: Int32Array;
  #mark: number;
  #eliminated = 0;
  #least = 0;
  #largestElement = 0;

  constructor({ size: n, pointers, indices }: SymmetricPattern) {
    const entries = pointers[n];
    const array = (value: number): Int32Array => new Int32Array(n + 1).fill(value);
    this.#size = n;
    this.#lists = new Int32Array(entries + Math.floor(entries / 5) + 2 * n + 16);
    this.#lists.set(indices.subarray(0, entries));
    this.#used = entries;
    this.#start = Int32Array.from(pointers);
    [this.#length, this.#degree, this.#elements] = [array(0), array(0), array(0)];
    [this.#head, this.#next, this.#last, this.#hashHead] = [array(-1), array(-1), array(-1), array(-1)];
    [this.#weights, this.#marks] = [array(1), array(1)];
    for (let k = 0; k < n; k++) this.#degree[k] = this.#length[k] = pointers[k + 1] - pointers[k];
    this.#mark = cleared(0, 0, this.#marks, n);
    this.#elements[n] = -2;
    this.#start[n] = -1;
    this.#marks[n] = 0;
    for (let i = 0; i < n; i++) this.#enter(i);
  }

  get isEliminated(): boolean {
    return this.#eliminated >= this.#size;
  }

  /** Eliminates the node of least approximate degree. */
  eliminate(): void {
    const pivot = this.#formElement(this.#takeLeast());
    this.#countOutside(pivot);
    this.#updateNeighbors(pivot);
    this.#mergeTwins(pivot);
    this.#queueAgain(pivot);
  }

  /** The order of elimination; ends the graph. */
  order(): Int32Array {
    return postordered(this.#start, this.#weights, this.#head, this.#next, this.#marks, this.#size);
  }

  /** Queues a node by its degree; isolated ones are eliminated at once, nearly full ones last of all. */
  #enter(i: number): void {
    const n = this.#size;
    const dense = Math.min(n - 2, Math.max(16, Math.floor(10 * Math.sqrt(n))));
    const d = this.#degree[i];
    if (d > 0 && d <= dense) {
      this.#queue(i, d);
      return;
    }
    this.#eliminated++;
    if (d === 0) {
      this.#elements[i] = -2;
      this.#start[i] = -1;
      this.#marks[i] = 0;
    } else {
      this.#weights[i] = 0;
      this.#elements[i] = -1;
      this.#start[i] = flip(n);
      this.#weights[n]++;
    }
  }

  #queue(i: number, d: number): void {
    const follower = this.#head[d];
    if (follower !== -1) this.#last[follower] = i;
    this.#next[i] = follower;
    this.#head[d] = i;
  }

  #takeLeast(): number {
    const head = this.#head;
    while (this.#least < this.#size && head[this.#least] === -1) this.#least++;
    const k = head[this.#least];
    const follower = this.#next[k];
    if (follower !== -1) this.#last[follower] = -1;
    head[this.#least] = follower;
    return k;
  }

  /** Makes the neighbours of k its list, and takes them out of their queues. */
  #formElement(k: number): Pivot {
    const [lists, start, length, weights] = [this.#lists, this.#start, this.#length, this.#weights];
    const [degree, head, next, last] = [this.#degree, this.#head, this.#next, this.#last];
    const elementsOfK = this.#elements[k];
    const weight = weights[k];
    this.#eliminated += weight;
    if (elementsOfK > 0 && this.#used + this.#least >= lists.length) {
      this.#used = compacted(lists, start, length, this.#used, this.#size);
    }
    weights[k] = -weight;
    let size = 0;
    let p = start[k];
    const first = elementsOfK === 0 ? p : this.#used;
    let end = first;
    for (let step = 1; step <= elementsOfK + 1; step++) {
      let [element, from, count] = [k, p, length[k] - elementsOfK];
      if (step <= elementsOfK) {
        element = lists[p++];
        from = start[element];
        count = length[element];
      }
      for (let l = 0; l < count; l++) {
        const i = lists[from++];
        const weightOfI = weights[i];
        if (weightOfI <= 0) continue;
        size += weightOfI;
        weights[i] = -weightOfI;
        lists[end++] = i;
        if (next[i] !== -1) last[next[i]] = last[i];
        if (last[i] !== -1) next[last[i]] = next[i];
        else head[degree[i]] = next[i];
      }
      if (element !== k) this.#absorb(element, k);
    }
    if (elementsOfK !== 0) this.#used = end;
    degree[k] = size;
    start[k] = first;
    length[k] = end - first;
    this.#elements[k] = -2;
    return { node: k, weight, first, end, size, isInPlace: elementsOfK === 0 };
  }

  #absorb(element: number, k: number): void {
    this.#start[element] = flip(k);
    this.#marks[element] = 0;
  }

  /** Marks all elements e beside the pivot's L by |L_e \ L|. */
  #countOutside({ first, end }: Pivot): void {
    const [lists, start, marks, degree] = [this.#lists, this.#start, this.#marks, this.#degree];
    const mark = cleared(this.#mark, this.#largestElement, marks, this.#size);
    for (let at = first; at < end; at++) {
      const i = lists[at];
      const count = this.#elements[i];
      if (count <= 0) continue;
      const weight = -this.#weights[i];
      for (let q = start[i], stop = q + count; q < stop; q++) {
        const e = lists[q];
        if (marks[e] >= mark) marks[e] -= weight;
        else if (marks[e] !== 0) marks[e] = degree[e] + mark - weight;
      }
    }
    this.#mark = mark;
  }

  /** New degrees and lists of the neighbours, which are put into buckets by a hash of their lists. */
  #updateNeighbors(pivot: Pivot): void {
    const { node: k, first, end } = pivot;
    const [lists, start, weights, marks] = [this.#lists, this.#start, this.#weights, this.#marks];
    const mark = this.#mark;
    for (let at = first; at < end; at++) {
      const i = lists[at];
      const begin = start[i];
      const nodes = begin + this.#elements[i];
      let place = begin;
      let [hash, sum] = [0, 0];
      for (let q = begin; q < nodes; q++) {
        const e = lists[q];
        if (marks[e] === 0) continue;
        const outside = marks[e] - mark;
        if (outside > 0) {
          sum += outside;
          lists[place++] = e;
          hash += e;
        } else {
          this.#absorb(e, k);
        }
      }
      const firstNode = place;
      for (let q = nodes, stop = begin + this.#length[i]; q < stop; q++) {
        const j = lists[q];
        if (weights[j] <= 0) continue;
        sum += weights[j];
        lists[place++] = j;
        hash += j;
      }
      if (sum === 0) {
        this.#eliminateAlong(i, pivot);
        continue;
      }
      this.#elements[i] = firstNode - begin + 1;
      this.#degree[i] = Math.min(this.#degree[i], sum);
      lists[place] = lists[firstNode];
      lists[firstNode] = lists[begin];
      lists[begin] = k;
      this.#length[i] = place - begin + 1;
      this.#putIntoBucket(i, hash % this.#size);
    }
    this.#degree[k] = pivot.size;
    this.#largestElement = Math.max(this.#largestElement, pivot.size);
    this.#mark = cleared(mark + this.#largestElement, this.#largestElement, marks, this.#size);
  }

  /** A node that has no neighbour but the pivot. */
  #eliminateAlong(i: number, pivot: Pivot): void {
    const weight = -this.#weights[i];
    this.#start[i] = flip(pivot.node);
    this.#weights[i] = 0;
    this.#elements[i] = -1;
    pivot.size -= weight;
    pivot.weight += weight;
    this.#eliminated += weight;
  }

  #putIntoBucket(i: number, bucket: number): void {
    this.#next[i] = this.#hashHead[bucket];
    this.#hashHead[bucket] = i;
    this.#last[i] = bucket;
  }

  /** Neighbours with the same lists become one node. */
  #mergeTwins({ first, end }: Pivot): void {
    const [lists, start, length, marks, next] = [this.#lists, this.#start, this.#length, this.#marks, this.#next];
    for (let at = first; at < end; at++) {
      if (this.#weights[lists[at]] >= 0) continue;
      const bucket = this.#last[lists[at]];
      let i = this.#hashHead[bucket];
      this.#hashHead[bucket] = -1;
      for (; i !== -1 && next[i] !== -1; i = next[i], this.#mark++) {
        for (let q = start[i] + 1; q < start[i] + length[i]; q++) marks[lists[q]] = this.#mark;
        let before = i;
        for (let j = next[i]; j !== -1; j = next[j]) {
          if (this.#isTwin(j, i)) {
            this.#join(j, i);
            next[before] = next[j];
          } else {
            before = j;
          }
        }
      }
    }
  }

  /** Whether the list of j is that of i, whose entries are marked. */
  #isTwin(j: number, i: number): boolean {
    const [lists, marks, mark] = [this.#lists, this.#marks, this.#mark];
    const begin = this.#start[j];
    let same = this.#length[j] === this.#length[i] && this.#elements[j] === this.#elements[i];
    for (let q = begin + 1, stop = begin + this.#length[j]; same && q < stop; q++) same = marks[lists[q]] === mark;
    return same;
  }

  #join(j: number, i: number): void {
    this.#start[j] = flip(i);
    this.#weights[i] += this.#weights[j];
    this.#weights[j] = 0;
    this.#elements[j] = -1;
  }

  /** Puts the neighbours that are left into the queues of their degrees. */
  #queueAgain({ node: k, weight, size, first, end, isInPlace }: Pivot): void {
    const [lists, weights, degree] = [this.#lists, this.#weights, this.#degree];
    let kept = first;
    for (let at = first; at < end; at++) {
      const i = lists[at];
      const weightOfI = -weights[i];
      if (weightOfI <= 0) continue;
      weights[i] = weightOfI;
      degree[i] = Math.min(degree[i] + size - weightOfI, this.#size - this.#eliminated - weightOfI);
      this.#queue(i, degree[i]);
      this.#last[i] = -1;
      this.#least = Math.min(this.#least, degree[i]);
      lists[kept++] = i;
    }
    weights[k] = weight;
    this.#length[k] = kept - first;
    if (kept === first) {
      this.#start[k] = -1;
      this.#marks[k] = 0;
    }
    if (!isInPlace) this.#used = kept;
  }
}

/** Makes all old marks smaller than the mark that is returned. */
function cleared(mark: number, largest: number, marks: Int32Array, n: number): number {
  if (mark >= 2 && mark + largest < 2 ** 31 - 1) return mark;
  for (let k = 0; k < n; k++) if (marks[k] !== 0) marks[k] = 1;
  return 2;
}

/** Moves the lists that are in use together; how much of the graph they take. */
function compacted(lists: Int32Array, start: Int32Array, length: Int32Array, used: number, n: number): number {
  for (let j = 0; j < n; j++) {
    const p = start[j];
    if (p < 0) continue;
    start[j] = lists[p];
    lists[p] = flip(j);
  }
  let q = 0;
  for (let p = 0; p < used; ) {
    const j = flip(lists[p++]);
    if (j < 0) continue;
    lists[q] = start[j];
    start[j] = q++;
    for (let l = 0; l < length[j] - 1; l++) lists[q++] = lists[p++];
  }
  return q;
}

/** The order of elimination from the tree in which elements were absorbed. */
function postordered(
  parents: Int32Array,
  weights: Int32Array,
  head: Int32Array,
  next: Int32Array,
  stack: Int32Array,
  n: number,
): Int32Array {
  for (let i = 0; i < n; i++) parents[i] = flip(parents[i]);
  head.fill(-1);
  for (let j = n; j >= 0; j--) {
    if (weights[j] > 0) continue;
    next[j] = head[parents[j]];
    head[parents[j]] = j;
  }
  for (let e = n; e >= 0; e--) {
    if (weights[e] <= 0 || parents[e] === -1) continue;
    next[e] = head[parents[e]];
    head[parents[e]] = e;
  }
  const order = new Int32Array(n + 1);
  let k = 0;
  for (let root = 0; root <= n; root++) {
    if (parents[root] !== -1) continue;
    let top = 0;
    stack[0] = root;
    while (top >= 0) {
      const node = stack[top];
      const child = head[node];
      if (child === -1) {
        top--;
        order[k++] = node;
      } else {
        head[node] = next[child];
        stack[++top] = child;
      }
    }
  }
  return order.filter((node) => node < n);
}
