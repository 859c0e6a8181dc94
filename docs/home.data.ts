// What the home page is made of: its demo, and the branches of «Choosing».
import { BRANCHES } from './data/choices.ts';
import type { DemoData } from './site/demo-data.ts';
import { demoDataOf } from './site/demo-data.ts';
import { listedPackages } from './site/packages.ts';
import { registry } from './site/registry.ts';

declare const data: {
  readonly data: DemoData;
  readonly fields: readonly {
    readonly folder: string;
    readonly name: string;
    /** The problem whose picture stands for the field. */
    readonly problem: string;
    readonly title: string;
    readonly problems: number;
    readonly solvers: number;
  }[];
  readonly branches: readonly { readonly id: string; readonly have: string }[];
  readonly lanes: readonly { readonly id: string; readonly title: string }[];
};

export { data };

export default {
  load: async () => ({
    fields: fields(),
    branches: BRANCHES.map(({ id, have }) => ({ id, have })),
    data: await demoDataOf(registry.solver('ot/sinkhorn-newton-sparse')),
    lanes: ['ot/sinkhorn-newton-sparse', 'ot/sinkhorn'].map((id) => ({ id, title: registry.solver(id).title })),
  }),
};

/** Problems whose pictures move best, where it is not the field's first. */
const SHOWN = ['linalg/linear-system', 'graphs/tree-partition', 'games/levine-hats', 'bandits-rl/optimal-control'];

function fields() {
  return listedPackages()
    .filter(({ problems }) => problems.length > 0)
    .map(({ folder, name, problems }) => {
      const { id, title } = problems.find(({ id }) => SHOWN.includes(id)) ?? problems[0];
      const solvers = problems.reduce((sum, problem) => sum + problem.solvers, 0);
      return { folder, name, problem: id, title, problems: problems.length, solvers };
    });
}
