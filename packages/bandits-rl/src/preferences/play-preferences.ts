// Plays episodes of two policies each, and asks for a preference where a rule says so.
import type { ResolvedOptions, Steps } from '@infimum/core';
import { checkInteger, checkNumber, fault, Random, stalled } from '@infimum/core';
import type { MdpFeatures, MdpWorld } from '../linear-mdp/mdp.ts';
import { asWorld, nextOf } from '../linear-mdp/mdp.ts';
import type {
  PreferenceAnswer,
  PreferenceInstance,
  PreferenceIterate,
  PreferencePlay,
  PreferenceQuestion,
} from './preference-problem.ts';

/** The part of a process that a learner is given: sizes and features. It must learn the transitions. */
export type PreferenceFeatures = MdpFeatures;
/** A process that can be sampled. */
export type PreferenceWorld = MdpWorld;

/** A learner. */
export interface PreferenceLearner {
  /** The action of every state of every layer; the next `plan` may overwrite it. */
  readonly choices: Int32Array;
  /** Chooses a policy. */
  plan(): void;
  /** How much is still to be learnt from a comparison: the expected gap between two of the rewards that are plausible. */
  gap(first: Int32Array, second: Int32Array): number;
  /** Called with the pairs and states of a path. */
  walked(pairs: Int32Array, states: Int32Array): void;
  /** Called with a preference. */
  answered(first: Int32Array, second: Int32Array, outcome: 0 | 1): void;
}

export const queryRule = {
  type: 'choice',
  choices: ['expected-gap', 'always', 'never', 'random'],
  default: 'expected-gap',
  description: 'When to ask; never about two equal trajectories',
} as const;

export const queryProbability = { type: 'number', min: 0, max: 1, default: 0.1, description: 'For rule random' } as const;

export const comparator = {
  type: 'choice',
  choices: ['previous', 'independent-sample', 'fixed'],
  default: 'previous',
  description: 'The second policy: the first one of the last episode, another sample, or always that of the first episode',
} as const;

/** When to ask, and what to compare with. */
export type AskingSettings = ResolvedOptions<{
  readonly queryRule: typeof queryRule;
  readonly queryProbability: typeof queryProbability;
  readonly comparator: typeof comparator;
}> & { readonly queryThreshold: number };

/** A world of an instance. */
export function worldOf(instance: PreferenceInstance): PreferenceWorld & PreferenceFeatures {
  const random = new Random(instance.noiseSeed, 5);
  return { ...instance, step: (layer, state, action) => nextOf(instance, layer, state, action, random.uniform()) };
}

/** A checked world for so many episodes; the numbers of actions are kept as characters. */
export function asPreferenceWorld(world: PreferenceWorld, episodes: number): PreferenceWorld & PreferenceFeatures {
  const read = asWorld(world);
  checkInteger(world.actions, 'actions', { max: 65_535 });
  checkInteger(episodes, 'episodes', { min: 1, max: 10_000_000 });
  return read;
}

/** Passes questions, if any, to an oracle. */
export const answeredBy =
  <Answer>(oracle: (question: PreferenceQuestion) => Answer) =>
  ({ question }: PreferenceIterate): Answer | 0 =>
    question ? oracle(question) : 0;

/** Plays episodes; every iterate after the first may ask. */
export function* preferenceSteps(
  world: PreferenceWorld,
  learner: PreferenceLearner,
  episodes: number,
  settings: AskingSettings,
  random: Random,
): Steps<PreferencePlay, PreferenceIterate, PreferenceAnswer> {
  const { horizon, states, actions, start } = world;
  const book = new PolicyBook(horizon * states);
  const first = new Int32Array(episodes);
  const second = new Int32Array(episodes);
  const asked = new Uint8Array(episodes);
  const ways = [0, 1].map(() => ({ pairs: new Int32Array(horizon), states: new Int32Array(horizon) }));
  let [played, queries] = [0, 0];
  const solution = (): PreferencePlay => ({
    policies: book.all(),
    first: first.slice(0, played),
    second: second.slice(0, played),
    asked: asked.slice(0, played),
  });
  const walk = (choices: Int32Array, way: { pairs: Int32Array; states: Int32Array }) => {
    let state = start;
    for (let h = 0; h < horizon; h++) {
      const action = choices[h * states + state];
      way.pairs[h] = state * actions + action;
      way.states[h] = state;
      if (h + 1 < horizon) state = world.step(h, state, action);
    }
    learner.walked(way.pairs, way.states);
  };
  yield { iteration: 0, queries, question: undefined, solution };
  let before = -1;
  for (let t = 0; t < episodes; t++) {
    learner.plan();
    first[t] = book.place(learner.choices);
    let other = before < 0 ? first[t] : before;
    if (settings.comparator === 'independent-sample') {
      learner.plan();
      other = book.place(learner.choices);
    } else if (settings.comparator === 'fixed') other = first[0];
    second[t] = other;
    before = first[t];
    walk(book.choices(first[t]), ways[0]);
    walk(book.choices(second[t]), ways[1]);
    const [one, two] = [ways[0].pairs, ways[1].pairs];
    const ask = differ(one, two) && asks(learner, one, two, settings, random);
    if (ask) {
      asked[t] = 1;
      queries++;
    }
    played = t + 1;
    const question = ask ? { first: one.slice(), second: two.slice() } : undefined;
    const answer = yield { iteration: played, queries, question, solution };
    if (ask) learner.answered(one, two, checkAnswer(answer));
  }
  return stalled(solution(), `all ${episodes} episodes were played`);
}

function asks(learner: PreferenceLearner, one: Int32Array, two: Int32Array, settings: AskingSettings, random: Random): boolean {
  switch (settings.queryRule) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'random':
      return random.uniform() < settings.queryProbability;
    case 'expected-gap':
      return learner.gap(one, two) > settings.queryThreshold;
  }
}

/** Identical paths give no information, whatever the answer. */
function differ(a: Int32Array, b: Int32Array): boolean {
  for (let h = 0; h < a.length; h++) if (a[h] !== b[h]) return true;
  return false;
}

/** @throws {InvalidInputError} unless the answer is 0 or 1 */
function checkAnswer(answer: unknown): 0 | 1 {
  checkNumber(answer, 'answer');
  if (answer === 0 || answer === 1) return answer;
  throw fault(`is ${answer}, neither 0 nor 1`, 'answer', 'out-of-range');
}

/** Policies, each once. */
class PolicyBook {
  readonly #length: number;
  readonly #places = new Map<string, number>();
  readonly #policies: Int32Array[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  /** The number of a policy; a new one is copied. */
  place(choices: Int32Array): number {
    let key = '';
    for (let i = 0; i < this.#length; i++) key += String.fromCharCode(choices[i]);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.#policies.length);
    this.#policies.push(choices.slice());
    return this.#policies.length - 1;
  }

  choices(place: number): Int32Array {
    return this.#policies[place];
  }

  all(): Int32Array {
    const out = new Int32Array(this.#policies.length * this.#length);
    for (const [i, policy] of this.#policies.entries()) out.set(policy, i * this.#length);
    return out;
  }
}
