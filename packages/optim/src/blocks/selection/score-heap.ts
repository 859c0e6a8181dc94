// The largest of many scores of which few change between two queries: a heap that stores the position of every entry.

/** Of so many changes the heap is built anew: one place takes up to log n steps. */
const REBUILD_SHARE = 8;

/** Places by falling scores; of equal scores the first place comes first. */
export class ScoreHeap {
  /** Comparisons so far. */
  operations = 0;
  readonly #scores: Float64Array;
  readonly #heap: Int32Array;
  readonly #at: Int32Array; // where a place is in the heap
  #size: number;

  constructor(places: number) {
    this.#scores = new Float64Array(places);
    this.#heap = Int32Array.from({ length: places }, (_, i) => i);
    this.#at = this.#heap.slice();
    this.#size = places;
  }

  /** All scores anew: O(n). */
  rebuild(score: (place: number) => number): void {
    for (let i = 0; i < this.#scores.length; i++) this.#scores[i] = score(i);
    for (let k = (this.#size >> 1) - 1; k >= 0; k--) this.#sink(k);
  }

  /** The scores of some places anew: O(log n) each. */
  update(places: Int32Array, count: number, score: (place: number) => number): void {
    if (count * REBUILD_SHARE > this.#size) {
      this.rebuild(score);
      return;
    }
    for (let k = 0; k < count; k++) {
      const place = places[k];
      this.#scores[place] = score(place);
      this.#sink(this.#rise(this.#at[place]));
    }
  }

  /** Writes the places of the largest scores, rising: O(tau log n) for tau of them. */
  largest(out: Int32Array): void {
    // They leave the heap one after the other and then come back.
    for (let k = 0; k < out.length; k++) {
      out[k] = this.#heap[0];
      this.#size--;
      this.#put(0, this.#heap[this.#size]);
      this.#put(this.#size, out[k]);
      this.#sink(0);
    }
    for (let k = 0; k < out.length; k++) this.#rise(this.#size++);
    out.sort();
  }

  #put(at: number, place: number): void {
    this.#heap[at] = place;
    this.#at[place] = at;
  }

  #isBefore(i: number, j: number): boolean {
    this.operations++;
    return this.#scores[i] > this.#scores[j] || (this.#scores[i] === this.#scores[j] && i < j);
  }

  /** Moves up from where it is; where it is then. */
  #rise(at: number): number {
    const place = this.#heap[at];
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(place, this.#heap[above])) break;
      this.#put(at, this.#heap[above]);
      at = above;
    }
    this.#put(at, place);
    return at;
  }

  #sink(at: number): void {
    const place = this.#heap[at];
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isBefore(this.#heap[child + 1], this.#heap[child])) child++;
      if (!this.#isBefore(this.#heap[child], place)) break;
      this.#put(at, this.#heap[child]);
      at = child;
    }
    this.#put(at, place);
  }
}
