// The writer address as an address of a network interface of the host, added and removed with the ip command.
import { errorLine } from '../../errors/message.ts';
import { patienceMs, type Elsewhere, type Held, type Patience, type Provider, type VipHost } from '../Provider.ts';
import { askScript } from './askScript.ts';
import { assigning } from './assign.ts';
import { checkMetal } from './check.ts';
import { beforehand, metalHost, type MetalHost } from './host.ts';
import { remembering } from './remembering.ts';
import { frostCommands, guardCommands, privilegedCommands } from './privileged.ts';
import type { MetalTools } from './MetalTools.ts';
import { releasing } from './release.ts';

/** @param address the cluster's writer address */
export function metal(address: string, tools: MetalTools): Provider {
  const surveyedMs = new WeakMap<MetalHost, number>();
  const on = remembering(async (vipHost) => {
    const host = await metalHost(vipHost, tools);
    surveyedMs.set(host, tools.clock.monotonic());
    return host;
  });
  const { look, seenAt, armReset, forget, without, release, freeze } = releasing(address, tools);
  const { assign, armOpen } = assigning(address, tools, { forget, without });

  async function holds(vipHost: VipHost): Promise<boolean> {
    const host = await on(vipHost);
    const atMs = surveyedMs.get(host) ?? -Infinity;
    // What was just seen at the first look may only say no: then whoever asks acts, and reads back what came of it.
    const first = host.takeFirstLook();
    if (first?.addresses().find(address).length === 0 && seenAt(host, first, atMs).held === 'nothing') return false;
    return (await look(host)).held === 'held';
  }

  async function remains(vipHost: VipHost): Promise<Held> {
    const askedMs = tools.clock.monotonic();
    const host = await on(vipHost);
    const atMs = surveyedMs.get(host) ?? -Infinity;
    const first = atMs >= askedMs ? host.takeFirstLook() : null;
    const { held } = first === null ? await look(host) : seenAt(host, first, atMs);
    return held === 'frozen' ? 'rest' : held;
  }

  async function answersElsewhere(vipHost: VipHost, patience: Patience): Promise<Elsewhere> {
    try {
      const host = await on(vipHost);
      const { arping, cidr, settings } = host;
      const asked = await host.script(askScript, [
        host.ip,
        String(cidr.family),
        address,
        settings.cluster_interface ?? '',
        String(patienceMs[patience] / 100),
        arping?.path ?? '',
        arping?.kind ?? '',
        tools.probesFrom ?? 'none',
      ]);
      return verdict(host.name, [asked.get('arping'), asked.get('kernel')]);
    } catch (error) {
      return { kind: 'unknown', why: errorLine(error) };
    }
  }

  return {
    address,
    worksWithoutHost: false,
    asksNetwork: tools.announces !== false,
    beforehand: ({ settings }) => beforehand(settings.options),
    holds,
    remains,
    async release(host) {
      await release(await on(host));
      return [];
    },
    freeze: async (host) => ({ ...(await freeze(await on(host))), leftToDo: [] }),
    assign: async (host, usable) => assign(await on(host), usable),
    answersElsewhere,
    prepare: async (host) => {
      await on(host);
    },
    async arm(vipHost, what) {
      const host = await on(vipHost);
      if (what === 'assign') armOpen(host);
      else armReset(host);
    },
    byHand: (host, what) => `on ${host.name} run "${commandByHand(host, what, tools.announces !== false)}" as root`,
    async check(vipHost) {
      const host = await on(vipHost);
      const { held, found } = await look(host);
      return checkMetal(host, address, found, tools.announces !== false, tools.probesFrom, held === 'frozen');
    },
    async sudoCommands(vipHost) {
      const host = await on(vipHost);
      if (!host.settings.requires_sudo) return [];
      const commands = privilegedCommands(host, tools.announces !== false, tools.probesFrom ?? 'none');
      const frost = tools.announces === false ? [] : frostCommands(host);
      return [...commands, ...frost, ...guardCommands(host, (await look(host)).found)];
    },
  };
}

/** @param answers what each way of asking said: `yes TEXT`, `no`, `unknown WHY` */
function verdict(asker: string, answers: readonly (string | undefined)[]): Elsewhere {
  const said = answers.filter((answer) => answer !== undefined);
  const yes = said.find((answer) => answer.startsWith('yes'));
  if (yes !== undefined) {
    const hardware = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i.exec(yes)?.[0].toLowerCase() ?? 'unknown';
    return { kind: 'somebody', who: `the host with the hardware address ${hardware}` };
  }
  if (said.includes('no')) return { kind: 'nobody' };
  const reasons = said.map((answer) => answer.replace(/^unknown /, ''));
  return { kind: 'unknown', why: `${asker} could not ask the network: ${reasons.join('; ') || 'no answer'}` };
}

function commandByHand({ settings: { options } }: VipHost, what: 'assign' | 'release', announces: boolean): string {
  const { writer_vip_cidr: cidr, cluster_interface: name = '' } = options;
  if (cidr === undefined) return '';
  const announce =
    what === 'assign' && announces && cidr.family === 4 ? ` && arping -U -c 3 -I ${name} ${cidr.address}` : '';
  return `ip addr ${what === 'assign' ? 'add' : 'del'} ${cidr.address}/${cidr.prefix} dev ${name}${announce}`;
}
