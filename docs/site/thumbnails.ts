// Thumbnails: the views themselves, drawn when the site is built, on the initial instance and with the initial solver of a problem's demo.
// They show a few moments of the run in sequence, unless the visitor prefers reduced motion.
import type { AnyProblem, AnySolver, Iterate } from '@infimum/core';
import { answererOf, parseWith, prepare } from '@infimum/core';
import { lightPalette } from '../demo/palette.ts';
import type { Opening, Scene, View } from '../demo/view.ts';
import { instanceOf, openingOf, viewOf } from './demo-data.ts';
import { registry } from './registry.ts';
import { drawnAsSvg } from './svg-surface.ts';

/** Width of the drawing, in its own pixels. */
const WIDTH = 480;

/** Moments that are drawn, by iteration. */
const MOMENTS = [0, 1, 3, 8, 20, 60, 200];

/** Milliseconds that a solver may take. */
const BUDGET = 400;

/** Bytes of all moments together, beyond which only the last one is kept. */
const MAX_BYTES = 40_000;

/** The thumbnail of a problem, an SVG; undefined without a view or a solver. */
export async function thumbnailOf(problem: AnyProblem): Promise<string | undefined> {
  const [solver] = registry.solversOf(problem.id);
  const view = await viewOf(problem.id);
  if (!view || !solver) return undefined;
  const opening = await openingOf(solver, view);
  const instance = await instanceOf(problem, opening);
  const frames = draw(view, opening, problem, solutions(solver, instance, opening.seed ?? 1), instance);
  const total = frames.reduce((sum, frame) => sum + frame.length, 0);
  return animated(total > MAX_BYTES ? frames.slice(-1) : frames, Math.round(WIDTH / view.aspect));
}

/** The solutions at the moments that the budget allows, the last one reached included. */
function solutions(solver: AnySolver, instance: unknown, seed: number): object[] {
  const [answer] = solver.problem.answer ? answererOf(solver, instance) : [];
  const steps = prepare(solver, instance, {}, seed);
  const found: object[] = [];
  const end = performance.now() + BUDGET;
  let iterate: Iterate<object> | undefined;
  for (let k = 0; k <= (MOMENTS.at(-1) ?? 0); k++) {
    const { value, done } = steps.next(iterate && answer?.(iterate));
    if (done) {
      found.push(value.solution);
      return found;
    }
    iterate = value;
    // Copied, since solvers may still change it.
    if (MOMENTS.includes(k)) found.push(structuredClone(plain(value.solution())));
    if (performance.now() > end) break;
  }
  steps.return(undefined as never);
  return found;
}

/** Without functions, which cannot be copied. */
function plain(solution: object): object {
  return Object.fromEntries(Object.entries(solution).filter(([, value]) => typeof value !== 'function'));
}

function draw(view: View, opening: Opening, problem: AnyProblem, found: readonly object[], instance: unknown): string[] {
  const { family, params = {}, seed = 1 } = opening;
  const full = parseWith(problem.families[family].params, params, 'params');
  const frames = found.map((solution, k) => {
    const scene: Scene = { instance, solution, family, params: full, seed, trail: found.slice(0, k) };
    return drawnAsSvg(WIDTH, Math.round(WIDTH / view.aspect), (surface) => view.draw(surface, scene));
  });
  return frames.filter((frame, k) => frame !== frames[k - 1]);
}

/** Moments one after the other, a second each. */
function animated(frames: readonly string[], height: number): string {
  const count = frames.length;
  const style =
    count > 1
      ? `<style>g{visibility:hidden;animation:show ${count}s steps(1) infinite}g:last-of-type{visibility:visible}@keyframes show{0%{visibility:visible}${(100 / count).toFixed(2)}%{visibility:hidden}}@media(prefers-reduced-motion:reduce){g{animation:none}}${frames.map((_, k) => `g:nth-of-type(${k + 1}){animation-delay:${k - count}s}`).join('')}</style>`
      : '';
  const groups = frames.map((frame) => `<g>${frame}</g>`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">${style}<rect width="100%" height="100%" fill="${lightPalette.background}"/>${groups}</svg>\n`;
}
