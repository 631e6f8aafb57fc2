import type { Provider } from './Provider.ts';

/** No writer address is managed: nothing is done, and the procedures say so. */
export const none: Provider = {
  address: null,
  worksWithoutHost: true,
  asksNetwork: false,
  prepare: () => Promise.resolve(),
  holds: () => Promise.resolve(false),
  release: () => Promise.resolve([]),
  assign: () => Promise.resolve([]),
  answersElsewhere: () => Promise.resolve({ kind: 'nobody' }),
  byHand: () => 'there is nothing to do',
  check: () => Promise.resolve([]),
};
