// What the demo on the home page is made of.
import { type DemoData, demoDataOf } from './site/demo-data.ts';
import { registry } from './site/registry.ts';

declare const data: DemoData;

export { data };

export default { load: () => demoDataOf(registry.solver('ot/sinkhorn-newton-sparse')) };
