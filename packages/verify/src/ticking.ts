// Long computations within an iteration, with their pauses handed on.

/** Hands on the pauses of a computation as iterates. */
export function* ticking<Result, News>(computation: Generator<void, Result>, iterate: () => News): Generator<News, Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    yield iterate();
  }
}
