// Long work in pieces: generators that pause after some milliseconds, so that searches can report progress and obey limits.

/** Multiplications in a turn. */
export const TURN = 2e7;

/** The result of the work, computed without pauses. */
export function withoutTurns<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const turn = work.next();
    if (turn.done) return turn.value;
  }
}
