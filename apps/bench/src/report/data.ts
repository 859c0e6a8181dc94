// What the report's page is told about its charts. Kept small: it lies in the page as JSON.

/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle half of several curves at one x. */
export interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** A curve, or the points that belong together. */
export interface Series {
  readonly solver: string;
  /** Number of the solver within its problem: its colour and its symbol. */
  readonly index: number;
  /** Other packages' solvers are drawn with broken lines. */
  readonly peer: boolean;
  readonly points: readonly Point[];
  /** Of a curve that is the median of several seeds: their middle half. */
  readonly band?: readonly BandPoint[];
  /** Whether the solver ended by itself at the last point. */
  readonly ended: boolean;
}

/** A chart; its place in the page has the same id. */
export interface Chart {
  readonly id: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Logarithmic vertical axis; the horizontal one is always. */
  readonly logarithmic: boolean;
  /** Horizontal lines. */
  readonly targets: readonly number[];
  readonly series: readonly Series[];
  /** Shares that rise in steps, instead of curves. */
  readonly isProfile?: boolean;
}

/** Number of colours in the style sheet: as many as people tell apart. Further solvers use them again with another symbol. */
export const COLOURS = 8;

/** Symbols of the curves' points, by the names that the charts know. */
export const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** The symbol of a solver by its number: two of one colour have different ones. */
export function symbolOf(index: number): (typeof SYMBOLS)[number] {
  return SYMBOLS[(index + Math.floor(index / COLOURS)) % SYMBOLS.length];
}
