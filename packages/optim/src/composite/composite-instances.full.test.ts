// Labels on more graphs.
import { it } from 'vitest';
import { expectHarmonic } from '../testing/expect-harmonic.ts';

it.each([2, 3, 4])('graphs spread labels to values between them, on all nodes that can see one: seed %i', expectHarmonic);
