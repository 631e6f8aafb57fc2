import type { Connectors } from '../context/Context.ts';
import type { HostSettings } from '../config/options.ts';
import { Failure } from '../errors/errors.ts';
import { awsProvider } from './aws/provider.ts';
import { commandProvider } from './command/provider.ts';
import type { MetalTools } from './metal/MetalTools.ts';
import { metal } from './metal/provider.ts';
import { none } from './none.ts';
import { openstackProvider } from './openstack/provider.ts';
import type { Provider } from './Provider.ts';

export interface ProviderTools extends MetalTools {
  /** What a provider connects to is loaded when it first does. */
  readonly connect: Pick<Connectors, 'local' | 'ec2' | 'openstack' | 'lookup'>;
}

/** The provider that the hosts of a run share. @throws Failure `config` when they do not agree. */
export function providerFor(settings: readonly HostSettings[], tools: ProviderTools): Provider {
  const types = new Set(settings.map(({ options }) => options.vip_type));
  const [first] = settings;
  const [type] = types;
  if (first === undefined || type === undefined) throw new Error('no host settings');
  if (types.size > 1) {
    throw new Failure(
      'config',
      `${first.file}: vip_type differs: ` +
        settings.map(({ host, options }) => `${options.vip_type} for [${host}]`).join(', '),
      { hint: 'one writer address can only be moved in one way: set vip_type in [default]' },
    );
  }
  switch (type) {
    case 'none':
      return none;
    case 'metal':
      return metal(addressOf(first), tools);
    case 'aws':
      return awsProvider(addressOf(first), first.options.aws_method ?? 'private-ip', tools);
    case 'command':
      return commandProvider(first.options.writer_vip_cidr?.address, tools);
    case 'openstack':
      return openstackProvider(addressOf(first), first.options.openstack_method ?? 'floating-ip', tools);
  }
}

function addressOf({ file, host, options }: HostSettings): string {
  const cidr = options.writer_vip_cidr;
  if (cidr === undefined) throw new Failure('config', `${file}: writer_vip_cidr is missing for [${host}]`);
  return cidr.address;
}
