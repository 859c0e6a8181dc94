// The worker that finds the best network: a second or two of work.
import type { ReluInstance } from '@infimum/learn';
import { best } from './network-optima.ts';

addEventListener('message', ({ data }: MessageEvent<ReluInstance>) => {
  postMessage(best(data));
});
