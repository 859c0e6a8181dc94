// Domains of branch and bound in the order of their bounds.

/** Takes out the element of the largest key first. */
export class DomainQueue<Domain> {
  readonly #heap: Domain[] = [];
  readonly #key: (domain: Domain) => number;

  constructor(key: (domain: Domain) => number) {
    this.#key = key;
  }

  get length(): number {
    return this.#heap.length;
  }

  /** The element of the largest key. */
  get top(): Domain | undefined {
    return this.#heap[0];
  }

  push(domain: Domain): void {
    const heap = this.#heap;
    let at = heap.push(domain) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#key(heap[parent]) >= this.#key(heap[at])) break;
      [heap[parent], heap[at]] = [heap[at], heap[parent]];
      at = parent;
    }
  }

  pop(): Domain | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#key(heap[child]) > this.#key(heap[largest])) largest = child;
      }
      if (largest === at) return top;
      [heap[largest], heap[at]] = [heap[at], heap[largest]];
      at = largest;
    }
  }
}
