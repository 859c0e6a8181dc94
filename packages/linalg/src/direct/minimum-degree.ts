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
export function minimumDegree({ size: n, pointers, indices }: SymmetricPattern): Int32Array {
  if (n === 0) return new Int32Array(0);
  const entries = pointers[n];
  const room = entries + Math.floor(entries / 5) + 2 * n + 16;
  const graph = new Int32Array(room);
  graph.set(indices.subarray(0, entries));
  const start = Int32Array.from(pointers); // of each node's list; flipped parent once it is absorbed
  const array = (value: number): Int32Array => new Int32Array(n + 1).fill(value);
  const [length, degree] = [array(0), array(0)];
  const [weights, next, head, last, hashHead] = [array(1), array(-1), array(-1), array(-1), array(-1)];
  const [elements, marks] = [array(0), array(1)];
  const dense = Math.min(n - 2, Math.max(16, Math.floor(10 * Math.sqrt(n))));
  for (let k = 0; k < n; k++) degree[k] = length[k] = pointers[k + 1] - pointers[k];
  let mark = cleared(0, 0, marks, n);
  elements[n] = -2;
  start[n] = -1;
  marks[n] = 0;
  let eliminated = 0;
  for (let i = 0; i < n; i++) {
    const d = degree[i];
    if (d === 0) {
      elements[i] = -2;
      eliminated++;
      start[i] = -1;
      marks[i] = 0;
    } else if (d > dense) {
      // Nearly full rows come last.
      weights[i] = 0;
      elements[i] = -1;
      eliminated++;
      start[i] = flip(n);
      weights[n]++;
    } else {
      if (head[d] !== -1) last[head[d]] = i;
      next[i] = head[d];
      head[d] = i;
    }
  }
  let [used, least, largestElement] = [entries, 0, 0];
  while (eliminated < n) {
    // The node of least approximate degree.
    while (least < n && head[least] === -1) least++;
    const k = head[least];
    if (next[k] !== -1) last[next[k]] = -1;
    head[least] = next[k];
    const elementsOfK = elements[k];
    let weightOfK = weights[k];
    eliminated += weightOfK;
    if (elementsOfK > 0 && used + least >= room) used = compacted(graph, start, length, used, n);

    // Its neighbours become the new element k.
    let size = 0;
    weights[k] = -weightOfK;
    let p = start[k];
    const first = elementsOfK === 0 ? p : used;
    let end = first;
    for (let step = 1; step <= elementsOfK + 1; step++) {
      let [element, from, count] = [k, p, length[k] - elementsOfK];
      if (step <= elementsOfK) {
        element = graph[p++];
        from = start[element];
        count = length[element];
      }
      for (let l = 0; l < count; l++) {
        const i = graph[from++];
        const weight = weights[i];
        if (weight <= 0) continue;
        size += weight;
        weights[i] = -weight;
        graph[end++] = i;
        if (next[i] !== -1) last[next[i]] = last[i];
        if (last[i] !== -1) next[last[i]] = next[i];
        else head[degree[i]] = next[i];
      }
      if (element !== k) {
        start[element] = flip(k);
        marks[element] = 0;
      }
    }
    if (elementsOfK !== 0) used = end;
    degree[k] = size;
    start[k] = first;
    length[k] = end - first;
    elements[k] = -2;

    // |L_e \ L_k| for all elements e next to it.
    mark = cleared(mark, largestElement, marks, n);
    for (let at = first; at < end; at++) {
      const i = graph[at];
      const count = elements[i];
      if (count <= 0) continue;
      const weight = -weights[i];
      const base = mark - weight;
      for (let q = start[i], stop = q + count; q < stop; q++) {
        const e = graph[q];
        if (marks[e] >= mark) marks[e] -= weight;
        else if (marks[e] !== 0) marks[e] = degree[e] + base;
      }
    }
    // Degrees of the neighbours, and a hash of their lists.
    for (let at = first; at < end; at++) {
      const i = graph[at];
      const begin = start[i];
      const lastElement = begin + elements[i] - 1;
      let place = begin;
      let [hash, sum] = [0, 0];
      for (let q = begin; q <= lastElement; q++) {
        const e = graph[q];
        if (marks[e] === 0) continue;
        const outside = marks[e] - mark;
        if (outside > 0) {
          sum += outside;
          graph[place++] = e;
          hash += e;
        } else {
          start[e] = flip(k);
          marks[e] = 0;
        }
      }
      elements[i] = place - begin + 1;
      const firstNode = place;
      const stop = begin + length[i];
      for (let q = lastElement + 1; q < stop; q++) {
        const j = graph[q];
        const weight = weights[j];
        if (weight <= 0) continue;
        sum += weight;
        graph[place++] = j;
        hash += j;
      }
      if (sum === 0) {
        // Nothing but k: eliminated along with it.
        start[i] = flip(k);
        const weight = -weights[i];
        size -= weight;
        weightOfK += weight;
        eliminated += weight;
        weights[i] = 0;
        elements[i] = -1;
      } else {
        degree[i] = Math.min(degree[i], sum);
        graph[place] = graph[firstNode];
        graph[firstNode] = graph[begin];
        graph[begin] = k;
        length[i] = place - begin + 1;
        const bucket = hash % n;
        next[i] = hashHead[bucket];
        hashHead[bucket] = i;
        last[i] = bucket;
      }
    }
    degree[k] = size;
    largestElement = Math.max(largestElement, size);
    mark = cleared(mark + largestElement, largestElement, marks, n);

    // Nodes with the same lists become one.
    for (let at = first; at < end; at++) {
      if (weights[graph[at]] >= 0) continue;
      const bucket = last[graph[at]];
      let i = hashHead[bucket];
      hashHead[bucket] = -1;
      for (; i !== -1 && next[i] !== -1; i = next[i], mark++) {
        const [count, elementCount] = [length[i], elements[i]];
        for (let q = start[i] + 1; q < start[i] + count; q++) marks[graph[q]] = mark;
        let before = i;
        for (let j = next[i]; j !== -1; ) {
          let same = length[j] === count && elements[j] === elementCount;
          for (let q = start[j] + 1; same && q < start[j] + count; q++) same = marks[graph[q]] === mark;
          if (same) {
            start[j] = flip(i);
            weights[i] += weights[j];
            weights[j] = 0;
            elements[j] = -1;
            j = next[j];
            next[before] = j;
          } else {
            before = j;
            j = next[j];
          }
        }
      }
    }
    // Back into the lists of degrees.
    let kept = first;
    for (let at = first; at < end; at++) {
      const i = graph[at];
      const weight = -weights[i];
      if (weight <= 0) continue;
      weights[i] = weight;
      const d = Math.min(degree[i] + size - weight, n - eliminated - weight);
      if (head[d] !== -1) last[head[d]] = i;
      next[i] = head[d];
      last[i] = -1;
      head[d] = i;
      least = Math.min(least, d);
      degree[i] = d;
      graph[kept++] = i;
    }
    weights[k] = weightOfK;
    length[k] = kept - first;
    if (length[k] === 0) {
      start[k] = -1;
      marks[k] = 0;
    }
    if (elementsOfK !== 0) used = kept;
  }
  return postordered(start, weights, head, next, marks, n);
}

/** Makes all old marks smaller than the mark that is returned. */
function cleared(mark: number, largest: number, marks: Int32Array, n: number): number {
  if (mark >= 2 && mark + largest < 2 ** 31 - 1) return mark;
  for (let k = 0; k < n; k++) if (marks[k] !== 0) marks[k] = 1;
  return 2;
}

/** Moves the lists that are in use together; how much of the graph they take. */
function compacted(graph: Int32Array, start: Int32Array, length: Int32Array, used: number, n: number): number {
  for (let j = 0; j < n; j++) {
    const p = start[j];
    if (p < 0) continue;
    start[j] = graph[p];
    graph[p] = flip(j);
  }
  let q = 0;
  for (let p = 0; p < used; ) {
    const j = flip(graph[p++]);
    if (j < 0) continue;
    graph[q] = start[j];
    start[j] = q++;
    for (let l = 0; l < length[j] - 1; l++) graph[q++] = graph[p++];
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
