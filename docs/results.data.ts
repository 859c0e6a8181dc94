// The verdicts on all problems.
import type { VerdictRow } from './site/verdict.ts';
import { allVerdicts } from './site/verdict.ts';

declare const data: {
  readonly rows: readonly VerdictRow[];
  readonly unknown: readonly { readonly problem: string; readonly title: string }[];
  readonly about: string;
};

export { data };

export default { watch: ['./data/results.json'], load: () => allVerdicts() };
