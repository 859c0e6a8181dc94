// The views that lie beside the packages.
import type { View } from './view.ts';

const views = import.meta.glob<{ view: View }>('../../packages/*/docs/*.view.ts');

/** The view of a problem; undefined if nobody has drawn one, and the demo shows the curve alone. */
export async function loadView(problem: string): Promise<View | undefined> {
  const [pkg, name] = problem.split('/');
  const load = views[`../../packages/${pkg}/docs/${name}.view.ts`];
  return load && (await load()).view;
}
