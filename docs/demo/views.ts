// The views of the packages.
import type { View } from './view.ts';

const views = import.meta.glob<{ view: View }>('../../packages/*/docs/*.view.ts');

/** The view of a problem; if undefined, the demo shows only the curve. */
export async function loadView(problem: string): Promise<View | undefined> {
  const [pkg, name] = problem.split('/');
  const load = views[`../../packages/${pkg}/docs/${name}.view.ts`];
  return load && (await load()).view;
}
