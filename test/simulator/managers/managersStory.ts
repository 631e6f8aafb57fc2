// A story of three managers: what befalls them, one trouble after the other, and what must never be so meanwhile. The
// same number tells the same story.
import type { Store } from '../../../src/context/Store.ts';
import { Dice } from '../dice.ts';
import type { Fault } from './faults.ts';
import type { SimHost } from './SimHost.ts';
import { prefix, SimManager } from './SimManager.ts';
import { SimStore } from './SimStore.ts';
import { SimTime } from './SimTime.ts';
import { clusterKeys } from '../../../src/procedures/managers/keys.ts';

export interface Story {
  readonly violations: readonly string[];
  readonly acts: number;
  readonly epochs: number;
  readonly lines: readonly string[];
}

const troubledMs = 120_000;
const calmMs = 60_000;
const { leader } = clusterKeys(prefix, 'c');

export async function tell(seed: number, fault: Fault | null = null): Promise<Story> {
  const dice = new Dice(seed);
  const time = new SimTime(dice);
  const store = new SimStore(time, dice);
  const violations: string[] = [];
  const lines: string[] = [];
  const epochs = new Set<number>();
  let acts = 0;
  let lastAct = 0;
  const note = (text: string): void => void lines.push(`${Math.round(time.now)} ${text}`);
  const broken = (text: string): void => {
    violations.push(text);
    note(`VIOLATION: ${text}`);
  };
  const acted = (name: string, epoch: number): void => {
    [acts, lastAct] = [acts + 1, time.now];
    epochs.add(epoch);
    const now = store.get(leader)?.createRevision ?? epoch;
    if (now > epoch) broken(`${name} acts in epoch ${epoch}, and epoch ${now} has begun`);
  };
  const storeFor = (host: SimHost): Store => withFault(store.from(host), fault);
  const managers = ['mgr1', 'mgr2', 'mgr3'].map(
    (name) => new SimManager(name, { time, dice, fault, storeFor, acted, note }),
  );
  for (const one of managers) time.in(dice.between(0, 2000), () => one.startMonitor());
  const look = (): void => {
    const able = managers.filter(({ mayAct }) => mayAct).map(({ name }) => name);
    if (able.length > 1) broken(`${able.join(' and ')} may act`);
    time.in(50, look);
  };
  look();
  for (let at = dice.between(5000, 20_000); at < troubledMs; at += dice.between(2000, 25_000))
    time.in(at, () => befall(dice.pick(managers), { time, dice, store, note }));
  await time.runTo(troubledMs);
  store.isDown = false;
  for (const one of managers) {
    one.cutOff(false);
    if (one.isOff) one.powerOn();
  }
  note('calm');
  await time.runTo(troubledMs + calmMs);
  if (time.now - lastAct > 20_000) broken(`nobody protects the cluster: the last act was at ${Math.round(lastAct)}`);
  return { violations, acts, epochs: epochs.size, lines };
}

interface World {
  readonly time: SimTime;
  readonly dice: Dice;
  readonly store: SimStore;
  readonly note: (text: string) => void;
}

function befall(manager: SimManager, { time, dice, store, note }: World): void {
  const lasts = dice.between(500, 35_000);
  const { name } = manager;
  const told = (text: string): void => note(`${text} for ${Math.round(lasts)} ms`);
  const troubles: readonly (() => void)[] = [
    () => {
      told(`${name} is cut off from the store`);
      manager.cutOff(true);
      time.in(lasts, () => manager.cutOff(false));
    },
    () => {
      const what = dice.pick(['monitor', 'host'] as const);
      told(`${name}: SIGSTOP of the ${what}`);
      manager.stop(what);
      time.in(lasts, () => manager.goOn(lasts));
    },
    () => {
      told(`${name}: kill -9 of the monitor`);
      manager.killMonitor();
      time.in(lasts, () => manager.startMonitor());
    },
    () => {
      told(`${name}: SIGTERM to the monitor`);
      manager.endMonitor();
      time.in(lasts + 2000, () => manager.startMonitor());
    },
    () => {
      told(`${name} has no power`);
      manager.powerOff();
      time.in(lasts, () => manager.powerOn());
    },
    () => {
      told('the store has no majority');
      store.isDown = true;
      time.in(lasts, () => {
        store.isDown = false;
      });
    },
  ];
  dice.pick(troubles)();
}

function withFault(store: Store, fault: Fault | null): Store {
  if (fault === 'no-compare') return { ...store, transact: (one, ms) => store.transact({ ...one, when: [] }, ms) };
  if (fault !== 'no-lease') return store;
  // Whose key it is cannot be told then: it looks as if it were on the lease.
  return {
    ...store,
    transact: (one, ms) =>
      store.transact(
        {
          ...one,
          change: one.change.map((change) => ('put' in change ? { put: change.put, value: change.value } : change)),
        },
        ms,
      ),
  };
}
