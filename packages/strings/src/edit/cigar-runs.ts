// A CIGAR string from operations that are found one by one, the last one first.

/** Runs of equal operations. */
export class CigarRuns {
  readonly #runs: [count: number, kind: string][] = [];

  /** Adds one more operation before the others. */
  add(kind: string): void {
    const last = this.#runs.at(-1);
    if (last?.[1] === kind) last[0]++;
    else this.#runs.push([1, kind]);
  }

  /** From the last added operation on. */
  backwards(): string {
    return this.#runs
      .reverse()
      .map(([count, kind]) => `${count}${kind}`)
      .join('');
  }
}
