// Between the two halves of a planned switch connections are frozen on the old host: nobody reaches it by the address,
// and whatever dies then, it does not stay so. docs/decisions/0013-reset-when-the-new-host-has-it.md
import { waitUntil } from '../../lab/processes.ts';
import { startSwitch, undo } from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { writerAddressOf } from '../prepare.ts';
import type { Given, Row } from '../row.ts';
import type { Stage } from '../stage.ts';

const moment = 'between `stop` and `start`: connections are frozen on db10';
const held: Given = { holds: ['after stop'] };

/** After this the old host is expected to have let go by itself, in ms. */
const letsGoMs = 45_000;

function untilFrozen(stage: Stage, isFrozen: boolean): Promise<void> {
  const what = isFrozen ? 'frozen connections on db10' : 'nothing to be frozen any more';
  return waitUntil(what, letsGoMs, async () => (await stage.lab.frozenHosts()).includes('db10') === isFrozen);
}

/** Each of these succeeds only where somebody answers. @param mac of db10, as an old entry of a table would have it */
function questions(address: string, mac: string): Readonly<Record<string, string>> {
  const isIpv6 = address.includes(':');
  const ip = isIpv6 ? 'ip -6' : 'ip';
  const connect = `timeout 1 bash -c 'exec 3<>/dev/tcp/${address}/3306'`;
  const pinned = `${ip} neigh replace ${address} lladdr ${mac} dev eth1 nud permanent`;
  const neighbour = `${ip} neigh show to ${address}`;
  return {
    'a new question': `${ip} neigh flush to ${address}; ${connect}; ${neighbour} | grep -q lladdr`,
    'an old entry': `${pinned}; ${connect}; code=$?; ${ip} neigh del ${address} dev eth1; exit $code`,
    ...(isIpv6 ? {} : { arping: `arping -f -c 2 -w 1 -I eth1 ${address}` }),
  };
}

function nobodyReaches(id: string, given: Given): Row {
  const address = writerAddressOf(given);
  return {
    id,
    fault: 'a third host looks for the writer address, by new questions and by an old entry of its neighbour table',
    moment,
    given,
    async act(stage) {
      const mac = (await stage.by('db10', 'cat /sys/class/net/eth10/address')).trim();
      // It does reach it while all is well.
      for (const line of Object.values(questions(address, mac))) await stage.by('db12', line);
      const mha = startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      await untilFrozen(stage, true);
      for (const [name, line] of Object.entries(questions(address, mac)))
        await stage.run(name, ['sh', '-c', line], 'db12');
      await untilFrozen(stage, true);
      await letGo(stage.lab, 'after stop');
      await mha.ended;
      await untilFrozen(stage, false);
    },
    expect: {
      exits: { switch: 0, ...Object.fromEntries(Object.keys(questions(address, '')).map((name) => [name, 'refused'])) },
      master: 'db11',
    },
    endsWithinMs: 120_000,
  };
}

export const frozenRows: readonly Row[] = [
  nobodyReaches('frozen-nobody-reaches', held),
  nobodyReaches('frozen-nobody-reaches-ipv6', { ...held, address: 'IPv6' }),
  {
    id: 'frozen-manager-powered-off',
    fault: 'the manager host loses its power; db10 lets go by itself; an operator runs `mha-helper undo`',
    moment,
    given: held,
    async act(stage) {
      startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      await untilFrozen(stage, true);
      await stage.lab.powerOff('mgr');
      await untilFrozen(stage, false);
      await letGo(stage.lab, 'after stop');
      await stage.lab.powerOn('mgr');
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 150_000,
  },
  {
    id: 'frozen-route-comes-back',
    fault: 'another program puts the local route of the writer address back on db10',
    moment,
    given: held,
    async act(stage) {
      const mha = startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      await untilFrozen(stage, true);
      await stage.by('db10', `ip route add local ${writerAddressOf()} dev eth10 table local`);
      await letGo(stage.lab, 'after stop');
      await mha.ended;
      await untilFrozen(stage, false);
      await stage.wait(2_000);
    },
    expect: { exits: { switch: 'refused' }, master: 'db10', says: [/db10 still holds the writer address/] },
    endsWithinMs: 120_000,
  },
];
