// Colours of pictures and plots, light and dark, in step with the theme's style sheet.

/** A red, green and blue from 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours that views draw with. */
export interface Palette {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly hairline: string;
  /** The solver that the page is about. */
  readonly first: string;
  /** The solver that it is compared with. */
  readonly second: string;
  /** 256 colours from low to high values. */
  readonly ramp: readonly Rgb[];
}

/** Colours on paper. */
export const lightPalette: Palette = {
  background: '#ffffff',
  ink: '#1b2430',
  muted: '#5f6875',
  hairline: '#d9d7cf',
  first: '#0f6a73',
  second: '#b4531f',
  ramp: rampOf([255, 255, 255], [168, 212, 206], [35, 132, 138], [10, 52, 71]),
};

/** Colours on the dark page. */
export const darkPalette: Palette = {
  background: '#12181f',
  ink: '#e6e3da',
  muted: '#98a2ad',
  hairline: '#33404b',
  first: '#4fc0c0',
  second: '#f09a5e',
  ramp: rampOf([18, 24, 31], [20, 84, 96], [64, 178, 172], [236, 250, 226]),
};

function rampOf(...stops: readonly Rgb[]): Rgb[] {
  return Array.from({ length: 256 }, (_, index) => {
    const position = (index / 255) * (stops.length - 1);
    const left = Math.min(Math.floor(position), stops.length - 2);
    const share = position - left;
    const mix = (channel: 0 | 1 | 2) => Math.round(stops[left][channel] * (1 - share) + stops[left + 1][channel] * share);
    return [mix(0), mix(1), mix(2)] as const;
  });
}
