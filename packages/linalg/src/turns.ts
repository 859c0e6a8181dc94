// Long work in turns: generators that pause after some milliseconds, for searches that report on the way and hear their limits.

/** Multiplications in a turn. */
export const TURN = 2e7;

/** What the work ends with, without a pause. */
export function withoutTurns<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const turn = work.next();
    if (turn.done) return turn.value;
  }
}
