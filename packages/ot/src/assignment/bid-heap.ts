// A binary heap of bids, the lowest on top, with room for a fixed number of them.

/** Bids and their bidders. */
export class BidHeap {
  /** Bidders, in the order of the heap; the first `size` of them count. */
  readonly bidders: Int32Array;
  /** Bids held. */
  size = 0;
  readonly #bids: Float64Array;

  constructor(capacity: number) {
    this.bidders = new Int32Array(capacity);
    this.#bids = new Float64Array(capacity);
  }

  /** The lowest bid; there must be one. */
  get lowestBid(): number {
    return this.#bids[0];
  }

  clear(): void {
    this.size = 0;
  }

  /** Takes in a bid; there must be room. */
  push(bid: number, bidder: number): void {
    let at = this.size++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.#bids[up] <= bid) break;
      this.#put(at, this.#bids[up], this.bidders[up]);
      at = up;
    }
    this.#put(at, bid, bidder);
  }

  /** Removes the lowest bid and gives its bidder. */
  popLowest(): number {
    const lowest = this.bidders[0];
    const size = --this.size;
    const bid = this.#bids[size];
    const bidder = this.bidders[size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#bids[child + 1] < this.#bids[child]) child++;
      if (this.#bids[child] >= bid) break;
      this.#put(at, this.#bids[child], this.bidders[child]);
      at = child;
    }
    if (size > 0) this.#put(at, bid, bidder);
    return lowest;
  }

  #put(at: number, bid: number, bidder: number): void {
    this.#bids[at] = bid;
    this.bidders[at] = bidder;
  }
}
