// Long computations within an iteration, whose pauses are passed on.

/** Yields the pauses of a computation as iterates. */
export function* ticking<Result, News>(computation: Generator<void, Result>, iterate: () => News): Generator<News, Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    yield iterate();
  }
}
