// A run's record says where the writer address was to be; what continues or undoes the run goes by that, whatever the
// configuration says by then.
import type { HostSettings } from '../../config/options.ts';
import { readCidr } from '../../config/optionTypes.ts';
import type { Log } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { RecordedPlace, RunRecord } from '../../steps/journal.ts';

export function placesOf(settings: ReadonlyMap<string, HostSettings>): Readonly<Record<string, RecordedPlace>> {
  return Object.fromEntries([...settings].map(([host, { options }]) => [host, placeOf(options)]));
}

function placeOf(options: HostSettings['options']): RecordedPlace {
  const cidr = options.writer_vip_cidr;
  return {
    vipType: options.vip_type,
    cidr: cidr === undefined ? null : `${cidr.address}/${cidr.prefix}`,
    interface: options.cluster_interface ?? null,
  };
}

/**
 * The settings of a host as the run had them that is continued or undone.
 * @throws Failure `config` when the address was moved in another way then, which today's settings cannot do
 */
export function asRecorded(record: RunRecord, now: HostSettings, log: Pick<Log, 'warn'>): HostSettings {
  const then = record.places?.[now.host];
  if (then === undefined) return now;
  const today = placeOf(now.options);
  if (JSON.stringify(then) === JSON.stringify(today)) return now;
  const what =
    `${now.file}: the writer address of ${now.host} was ${shown(then)} in "${record.procedure}", and is ` +
    `${shown(today)} now`;
  const cidr = then.cidr === null ? undefined : readCidr(then.cidr);
  if (then.vipType === 'none') return { ...now, options: { ...now.options, vip_type: 'none' } };
  if (then.vipType !== today.vipType && then.vipType !== 'metal') {
    throw new Failure('config', what, { hint: 'set it back until that run is finished or undone' });
  }
  log.warn(`${what}; going by what that run was told`);
  const options = { ...now.options, vip_type: then.vipType as HostSettings['options']['vip_type'] };
  if (cidr !== undefined) options.writer_vip_cidr = cidr;
  if (then.interface !== null) options.cluster_interface = then.interface;
  return { ...now, options };
}

function shown({ vipType, cidr, interface: name }: RecordedPlace): string {
  const where = name === null ? '' : ` on ${name}`;
  return vipType === 'none' ? 'not managed' : `${cidr ?? 'moved'}${where} (${vipType})`;
}
