// The drawn settings, and what other accountants say of them.
import { expect } from 'vitest';
import { privacyLossEpsilon, renyiEpsilon } from '../private/accountant.ts';
import golden from './accountant-golden.json' with { type: 'json' };

/** A setting. Figures are words where a package has none: what it failed with, or `infinite`. */
export interface AccountantCase {
  readonly kind: string;
  readonly delta: number;
  readonly events: readonly { readonly rate: number; readonly sigma: number; readonly count: number }[];
  readonly rdp: number | string;
  readonly pld?: number | string;
  readonly prv?: readonly number[] | string | null;
  readonly exact?: number;
}

/** All of them. */
export const accountantCases = golden.cases as readonly AccountantCase[];

const whole = [...Array.from({ length: 62 }, (_, k) => k + 2), ...Array.from({ length: 10 }, (_, k) => 2 ** (k + 7))];

/** δ below which dp-accounting's loss distributions are no measure: tails of 1e-15 and the rounding of its transforms are as large. */
const LEAST_DELTA = 1e-11;

/**
 * Settings for which a difference is known, by their first noise: prv-accountant's range was cut short (its own check on means fails for
 * neighbours of the setting), and its bounds are below the exact value of the Gaussian mechanism that the releases are near to.
 */
const CUT_SHORT = [8.685];

/** Expects Rényi divergences to agree with dp-accounting's at the same whole orders. */
export function expectSameRenyi({ kind, events, delta, rdp }: AccountantCase): void {
  if (typeof rdp === 'string') return;
  if (kind !== 'without replacement') {
    expect(Math.abs(renyiEpsilon(events, delta, whole) - rdp)).toBeLessThan(1e-8 * Math.max(1, rdp));
    return;
  }
  const fixed = events.map((event) => ({ ...event, sampling: 'fixed' }) as const);
  const found = renyiEpsilon(
    fixed,
    delta,
    whole.filter((order) => order <= 256),
  );
  // The same theorem. Its differences of exponentials cancel in doubles where there is much noise, and then the bound is larger.
  expect(found).toBeLessThan(rdp * (1 + 1e-8));
  if (events[0].sigma < 90) expect(found).toBeGreaterThan(rdp * (1 - 1e-8));
}

/** Expects loss distributions to be upper bounds, and near what others say where that is right itself. */
export function expectUpperBound({ kind, events, delta, pld, prv, exact }: AccountantCase): void {
  if (kind === 'without replacement') return;
  const found = privacyLossEpsilon(events, delta);
  if (exact !== undefined) {
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found).toBeLessThan(exact * (1 + 1e-9) + 1e-12);
    return;
  }
  // Where there are no bounds by prv-accountant, its figure is a reason.
  if (Array.isArray(prv)) {
    expect(found).toBeGreaterThanOrEqual(prv[0]);
    if (!CUT_SHORT.includes(events[0].sigma)) expect(found).toBeLessThanOrEqual(Math.max(0, prv[2]));
  }
  expect(found).toBeLessThanOrEqual(renyiEpsilon(events, delta) * (1 + 1e-3));
  if (typeof pld !== 'number' || delta < LEAST_DELTA) return;
  // Both round masses to grids of their own, upwards.
  expect(Math.abs(found - pld)).toBeLessThan(2e-3 * Math.max(pld, 0.2));
}
