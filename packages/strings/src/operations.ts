// Counted operations of parts, added up.

/** Adds what a part counted, kind by kind, to the counters of a whole that knows all these kinds. */
export function addOperations<Part extends { [Kind in keyof Part]: number }>(
  sum: { -readonly [Kind in keyof NoInfer<Part>]: number },
  part: Part,
): void {
  for (const kind of Object.keys(part) as (keyof Part)[]) sum[kind] += part[kind];
}
