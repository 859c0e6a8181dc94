// A run of a demo: drives the worker from frame to frame and keeps the data of the picture and the curve.
import { shallowReactive } from 'vue';
import type { LaneProof, LaneState, Reply, Request, RunRequest } from './protocol.ts';

/** The state of a run. */
type RunStatus = 'idle' | 'loading' | 'ready' | 'running' | 'paused' | 'ended' | 'failed';

/** A point of a lane's curve. */
export interface CurvePoint {
  readonly iteration: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The data shown of a run. */
export interface RunView {
  status: RunStatus;
  message: string;
  /** The option or parameter at fault, when it failed for one. */
  argument: string;
  instance: unknown;
  params: Readonly<Record<string, unknown>>;
  lanes: readonly LaneState[];
  curves: readonly (readonly CurvePoint[])[];
  /** The solutions of earlier frames of every lane, if the view uses them. */
  trails: readonly (readonly object[])[];
  /** The checker's verdict on the current lanes; undefined before a request. */
  proofs: readonly LaneProof[] | undefined;
  /** Whether a proof is being looked for. */
  isProving: boolean;
  /** Pictures received since the start. */
  frames: number;
}

/** Points of a curve beyond which every other is dropped. */
const MAX_POINTS = 600;

/** Drives one worker. */
export class DemoRun {
  readonly view: RunView = shallowReactive({
    status: 'idle',
    message: '',
    argument: '',
    instance: undefined,
    params: {},
    lanes: [],
    curves: [],
    trails: [],
    proofs: undefined,
    isProving: false,
    frames: 0,
  });

  /** Whether solutions of earlier frames are kept. */
  keepsTrails = false;

  #worker: Worker | undefined;
  #run = 0;
  #request: RunRequest | undefined;
  #isWaiting = false;
  #wantsToPlay = false;
  #speed = 0;
  #credit = 0;
  #lastFrame = 0;

  /** Makes the instance and the starting points; plays at once if requested. */
  prepare(request: RunRequest, play: boolean): void {
    // A computation for an earlier request cannot be interrupted, and may never end.
    if (this.#isWaiting) this.#stopWorker();
    this.#worker ??= this.#startWorker();
    this.#request = request;
    this.#run++;
    this.#isWaiting = true;
    this.#wantsToPlay = play;
    const proofs = undefined;
    Object.assign(this.view, { status: 'loading', message: '', argument: '', curves: [], trails: [], proofs, frames: 0 });
    this.#send({ type: 'prepare', run: this.#run, request });
  }

  /** Iterations a second from now on; 0 is as fast as possible. */
  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#credit = 0;
  }

  play(): void {
    const { status } = this.view;
    if (status === 'ready' || status === 'paused') {
      this.view.status = 'running';
      this.#lastFrame = performance.now();
      requestAnimationFrame(this.#tick);
    } else if (this.#request && (status === 'ended' || status === 'failed')) this.prepare(this.#request, true);
    else if (status === 'loading') this.#wantsToPlay = true;
  }

  pause(): void {
    this.#wantsToPlay = false;
    if (this.view.status === 'running') this.view.status = 'paused';
  }

  step(): void {
    this.pause();
    if (this.#isWaiting || (this.view.status !== 'paused' && this.view.status !== 'ready')) return;
    this.view.status = 'paused';
    this.#advance(1);
  }

  /** Starts the search for a proof of the current result, and its check. */
  prove(): void {
    if (this.#isWaiting || this.view.lanes.length === 0) return;
    this.#isWaiting = true;
    this.view.isProving = true;
    this.#send({ type: 'certify', run: this.#run });
  }

  /** Ends the current computation immediately. */
  cancel(): void {
    this.#stopWorker();
    Object.assign(this.view, { status: 'idle', message: 'Cancelled. Press play to start again.', lanes: [] });
  }

  reset(): void {
    if (this.#request) this.prepare(this.#request, false);
  }

  close(): void {
    this.#stopWorker();
    this.view.status = 'idle';
  }

  #stopWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#isWaiting = false;
    this.view.isProving = false;
    this.#wantsToPlay = false;
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./demo.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.run === this.#run) this.#receive(data);
    };
    worker.onerror = ({ message }) => {
      this.#stopWorker();
      this.#fail(message || 'the worker could not be started', '');
    };
    return worker;
  }

  #receive(reply: Reply): void {
    switch (reply.type) {
      case 'failed':
        this.#fail(reply.message, reply.argument ?? '');
        break;
      case 'prepared':
        Object.assign(this.view, { instance: reply.instance, params: reply.params, lanes: [] });
        break;
      case 'frame':
        this.#show(reply.lanes);
        break;
      case 'proofs':
        this.#isWaiting = false;
        Object.assign(this.view, { proofs: reply.proofs, isProving: false });
        break;
    }
  }

  #show(lanes: readonly LaneState[]): void {
    this.#isWaiting = false;
    const { view } = this;
    if (this.keepsTrails) {
      view.trails = view.lanes.map(({ solution }, index) => [...thinned(view.trails[index] ?? []), solution]);
    }
    view.lanes = lanes;
    view.proofs = undefined;
    view.curves = lanes.map((lane, index) => extended(view.curves[index] ?? [], lane));
    view.frames++;
    if (view.status === 'loading') {
      view.status = 'ready';
      if (this.#wantsToPlay) this.play();
    }
    if (lanes.every(({ end }) => end)) view.status = 'ended';
  }

  #fail(message: string, argument: string): void {
    this.#isWaiting = false;
    Object.assign(this.view, { status: 'failed', message, argument, lanes: [], isProving: false });
  }

  readonly #tick = (now: number): void => {
    if (this.view.status !== 'running') return;
    requestAnimationFrame(this.#tick);
    const elapsed = Math.min(0.25, (now - this.#lastFrame) / 1000);
    this.#credit += this.#speed * elapsed;
    this.#lastFrame = now;
    if (this.#isWaiting) return;
    if (this.#speed === 0) this.#advance(Number.MAX_SAFE_INTEGER);
    else if (this.#credit >= 1) {
      this.#advance(Math.floor(this.#credit));
      this.#credit %= 1;
    }
  };

  #advance(iterations: number): void {
    this.#isWaiting = true;
    this.#send({ type: 'advance', run: this.#run, iterations });
  }

  #send(request: Request): void {
    this.#worker?.postMessage(request);
  }
}

/** A curve with one more point, thinned when it grows too long. */
function extended(curve: readonly CurvePoint[], { iteration, seconds, metrics, end }: LaneState): readonly CurvePoint[] {
  const last = curve.at(-1);
  if (last && last.iteration === iteration && !end) return curve;
  if (last && end && last.seconds === seconds) return curve;
  return [...thinned(curve), { iteration, seconds, metrics }];
}

/** Every other entry, when there are too many. */
function thinned<T>(entries: readonly T[]): readonly T[] {
  return entries.length > MAX_POINTS ? entries.filter((_, index) => index % 2 === 0) : entries;
}
