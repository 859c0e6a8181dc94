// The cases of fast-check: the same in every run, so that a change is judged by what it changes and not by what was
// drawn beside it. The long tests draw new ones every time, and say their seed where one fails.
import { configureGlobal } from 'fast-check';

if (!process.env['INFIMUM_FULL']) configureGlobal({ seed: 1 });
