// The map of «Choosing».
import { choiceMap, type ShownBranch } from './site/choosing.ts';

declare const data: ShownBranch[];

export { data };

export default { load: choiceMap };
