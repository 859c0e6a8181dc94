// What a reader of the report has set, in the address; and how cells of tables are sorted.

/** All that can be set. */
export interface ReportState {
  filter: string;
  /** `linear`, or empty for what fits the data. */
  scale: string;
  /** Solvers whose curves are hidden. */
  hidden: string[];
}

/** The state that an address has behind its `#`. */
export function readState(hash: string): ReportState {
  const params = new URLSearchParams(hash.includes('=') ? hash.replace(/^#/, '') : '');
  return {
    filter: params.get('filter') ?? '',
    scale: params.get('scale') === 'linear' ? 'linear' : '',
    hidden: params.getAll('hide'),
  };
}

/** The state as an address has it; empty when nothing is set. */
export function writeState({ filter, scale, hidden }: ReportState): string {
  const params = new URLSearchParams();
  if (filter) params.set('filter', filter);
  if (scale) params.set('scale', scale);
  for (const solver of hidden) params.append('hide', solver);
  return params.toString();
}

/** Seconds of a unit. */
const UNITS: Readonly<Record<string, number>> = { µs: 1e-6, ms: 1e-3, s: 1, min: 60 };

/** What a cell is sorted by: times and numbers by size, then words; what is missing comes last. */
export function sortKey(cell: string): { readonly number: number; readonly text: string } {
  const text = cell.trim();
  const match = /^(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*(µs|ms|s|min)?\b/.exec(text);
  if (!match) return { number: text === '–' ? Infinity : Number.MAX_VALUE, text };
  const [, digits, unit = ''] = match;
  const rest = unit === 'min' ? Number(/min (\d+) s/.exec(text)?.[1] ?? 0) : 0;
  return { number: Number(digits) * (UNITS[unit] ?? 1) + rest, text };
}
