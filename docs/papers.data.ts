// The papers, read when the site is built.
import type { PaperRow } from './site/papers.ts';
import { paperRows } from './site/papers.ts';

declare const data: PaperRow[];

export { data };

export default { watch: ['./data/*.json'], load: paperRows };
