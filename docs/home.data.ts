// What the home page is made of: its demo, and the branches of «Choosing».
import { BRANCHES } from './data/choices.ts';
import { type DemoData, demoDataOf } from './site/demo-data.ts';
import { registry } from './site/registry.ts';

declare const data: {
  readonly data: DemoData;
  readonly branches: readonly { readonly id: string; readonly have: string }[];
  readonly lanes: readonly { readonly id: string; readonly title: string }[];
};

export { data };

export default {
  load: async () => ({
    branches: BRANCHES.map(({ id, have }) => ({ id, have })),
    data: await demoDataOf(registry.solver('ot/sinkhorn-newton-sparse')),
    lanes: ['ot/sinkhorn-newton-sparse', 'ot/sinkhorn'].map((id) => ({
      id,
      title: registry.solver(id).title,
    })),
  }),
};
