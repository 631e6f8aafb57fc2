// What is tried on every cell, in this order.
export const trialNames = ['checks', 'planned', 'back', 'alive', 'gone', 'twice'] as const;
export type TrialName = (typeof trialNames)[number];
