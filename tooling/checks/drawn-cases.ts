// The cases of fast-check: the same in every run, so that results differ only by the change under test. The long tests draw
// new cases every time, and print their seed when one fails.
import { configureGlobal } from 'fast-check';

if (!process.env['INFIMUM_FULL']) configureGlobal({ seed: 1 });
