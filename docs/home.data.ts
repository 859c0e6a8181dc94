// What the demo on the home page is made of.
import { type DemoData, demoDataOf } from './site/demo-data.ts';
import { registry } from './site/registry.ts';

declare const data: {
  readonly data: DemoData;
  readonly lanes: readonly { readonly id: string; readonly title: string }[];
};

export { data };

export default {
  load: async () => ({
    data: await demoDataOf(registry.solver('ot/sinkhorn-newton-sparse')),
    lanes: ['ot/sinkhorn-newton-sparse', 'ot/sinkhorn'].map((id) => ({
      id,
      title: registry.solver(id).title,
    })),
  }),
};
