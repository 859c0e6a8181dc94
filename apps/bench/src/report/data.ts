// What the report's page is told about its charts. Kept small: it lies in the page as JSON.

/** A point of a curve. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The ends of a band at one x. */
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
  /** Of a curve that is the median of several seeds: their middle half; of a profile, its 95 % bootstrap interval. */
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

/** A chart with what it shows, in words. */
export interface TitledChart {
  readonly chart: Chart;
  /** `ot-transport-instance-3`: where it belongs; unique together with its kind. */
  readonly name: string;
  readonly title: string;
}

/** The colours of curves on a light ground. */
export const LIGHT_COLOURS = [
  ...['#1f6feb', '#d1600a', '#1a7f37', '#b3261e'],
  ...['#7a3fd1', '#8a5a00', '#bf3989', '#57606a'],
] as const;

/** Number of colours in the style sheet: as many as people tell apart. Further solvers use them again with another symbol. */
export const COLOURS = LIGHT_COLOURS.length;

/** Symbols of the curves' points, by the names that the charts know. */
export const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** The symbols, ten pixels wide. */
export const SHAPES: Readonly<Record<(typeof SYMBOLS)[number], string>> = {
  circle: 'M-5 0A5 5 0 0 1 5 0A5 5 0 0 1 -5 0Z',
  square: 'M-4.5 -4.5H4.5V4.5H-4.5Z',
  triangle: 'M0 -5.5L5 4.5H-5Z',
  diamond: 'M0 -6L4 0L0 6L-4 0Z',
  star: 'M0 -6L1.5 -1.8L5.7 -1.8L2.2 .8L3.5 5L0 2.4L-3.5 5L-2.2 .8L-5.7 -1.8L-1.5 -1.8Z',
  cross: 'M-1.8 -5.2H1.8V-1.8H5.2V1.8H1.8V5.2H-1.8V1.8H-5.2V-1.8H-1.8Z',
  wye: 'M-1.6 5.5V1L-5.5 -1.6L-3.8 -4.3L0 -1.9L3.8 -4.3L5.5 -1.6L1.6 1V5.5Z',
};

/** The symbol of a solver by its number: two of one colour have different ones. */
export function symbolOf(index: number): (typeof SYMBOLS)[number] {
  return SYMBOLS[(index + Math.floor(index / COLOURS)) % SYMBOLS.length];
}
