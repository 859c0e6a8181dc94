// The interface of a package's view: a picture of a problem's instance and a solver's current solution.
import type { Palette } from './palette.ts';

/** The data that a view may draw. */
export interface Scene<Instance = unknown, Solution = unknown> {
  readonly instance: Instance;
  readonly solution: Solution;
  /** Name of the instance family. */
  readonly family: string;
  /** The family's parameters, defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** The solutions drawn before this one, thinned, for views that ask for them. */
  readonly trail?: readonly Solution[];
}

/** The drawing area of a view, in CSS pixels. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

/** The initial instance of a demo. */
export interface Opening {
  readonly family: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly metric?: string;
}

/** The view of a problem; `packages/<pkg>/docs/<problem>.view.ts` exports one as `view`. */
export interface View<Instance = unknown, Solution = unknown> {
  /** Width over height of the picture. */
  readonly aspect: number;
  /** The instance that shows the problem best. */
  readonly opening: Opening;
  /** Whether scenes must have a trail: solutions must be small, since hundreds are kept. */
  readonly wantsTrail?: boolean;
  /** One sentence under the picture: how to read it. */
  caption(scene: Omit<Scene<Instance, Solution>, 'solution'>): string;
  /** A description of the picture, for visitors who cannot see it. */
  describe(scene: Scene<Instance, Solution>): string;
  /** Draws a scene on an empty surface. */
  draw(surface: Surface, scene: Scene<Instance, Solution>): void;
}
