/** Planted, to see that each is found. */
export const faults = ['no-compare', 'no-lease', 'no-margin', 'no-deadline', 'clock-stands-still'] as const;
export type Fault = (typeof faults)[number];
