// The worker of hyper-cleaning: one message a step.
import type { CleaningTask } from './hyper-cleaning.ts';
import { clean } from './hyper-cleaning.ts';

addEventListener('message', ({ data }: MessageEvent<CleaningTask>) => {
  clean(data, (step) => postMessage(step));
});
