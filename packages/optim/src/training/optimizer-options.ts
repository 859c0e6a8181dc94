// Options that several optimisers share.

export const weightDecay = { type: 'number', min: 0, default: 0, description: 'Pull of the parameters towards zero' } as const;

export const beta1 = {
  type: 'number',
  min: 0,
  below: 1,
  default: 0.9,
  description: 'Memory of the mean of gradients',
} as const;

export const beta2 = {
  type: 'number',
  min: 0,
  below: 1,
  default: 0.999,
  description: 'Memory of the mean of squares',
} as const;

export const momentum = {
  type: 'number',
  min: 0,
  below: 1,
  default: 0.9,
  description: 'Weight of the last steps in the next',
} as const;

export const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' } as const;
