// The worker of hyper-cleaning: one message a step.
import { type CleaningTask, clean } from './hyper-cleaning.ts';

addEventListener('message', ({ data }: MessageEvent<CleaningTask>) => {
  clean(data, (step) => postMessage(step));
});
