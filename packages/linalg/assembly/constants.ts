// Addresses of the constants that every workspace holds in its first bytes (`src/constants.ts` writes them).
//
// A constant vector in the code costs three instructions each time it is used, because the engine does not keep
// it in a register through a loop; loaded from memory it costs one. That halves the time of an exponential.

/** 64 words: the bits of 2^(i/64), less i 2^46, so that adding k 2^46 gives 2^(k/64) for every k = i mod 64. */
export const EXP_TABLE: usize = 0;
/** 64 / ln 2. */
export const EXP_INVERSE_STEP: usize = 512;
/** 1.5 2^52: added to a number it leaves its nearest integer in the low bits. */
export const ROUND: usize = 520;
/** ln 2 / 64 with 32 trailing zero bits, so that its product with a small integer is exact. */
export const EXP_STEP_HIGH: usize = 528;
/** What is left of ln 2 / 64. */
export const EXP_STEP_LOW: usize = 536;
/** 1/2!, 1/3!, 1/4!, 1/5!. */
export const EXP_2: usize = 544;
export const EXP_3: usize = 552;
export const EXP_4: usize = 560;
export const EXP_5: usize = 568;
/** Where a bounded exponential is clamped: -700. */
export const EXP_LOWEST: usize = 576;
/** -Number.MAX_VALUE. */
export const LOWEST: usize = 584;
/** Below this magnitude an exponential is a normal number: 708. */
export const EXP_HIGHEST: usize = 592;
