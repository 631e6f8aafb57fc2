import type { HostSettings } from '../config/options.ts';
import { metal, type MetalTools } from '../vip/metal.ts';
import { none } from '../vip/none.ts';
import type { Provider } from '../vip/Provider.ts';
import { Failure } from '../errors/errors.ts';

/** The provider that the hosts of a run share. @throws Failure `config` when they do not agree. */
export function providerFor(settings: readonly HostSettings[], tools: MetalTools): Provider {
  const types = new Set(settings.map(({ options }) => options.vip_type));
  const [first] = settings;
  const [type] = types;
  if (first === undefined || type === undefined) throw new Error('no host settings');
  if (types.size > 1) {
    throw new Failure('config', `${first.file}: vip_type differs: ${settings.map(({ host, options }) => `${options.vip_type} for [${host}]`).join(', ')}`, {
      hint: 'one writer address can only be moved in one way: set vip_type in [default]',
    });
  }
  switch (type) {
    case 'none': return none;
    case 'metal': {
      const cidr = first.options.writer_vip_cidr;
      if (cidr === undefined) throw new Failure('config', `${first.file}: writer_vip_cidr is missing for [${first.host}]`);
      return metal(cidr.address, tools);
    }
  }
}
