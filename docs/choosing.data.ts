// The map of «Choosing».
import type { ShownBranch } from './site/choosing.ts';
import { choiceMap } from './site/choosing.ts';

declare const data: ShownBranch[];

export { data };

export default { load: choiceMap };
