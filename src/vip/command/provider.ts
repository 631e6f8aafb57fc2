// The writer address in the hands of three commands of the operator's, on the manager host: ProxySQL, DNS, another
// cloud, whatever else.
import { ifAny } from '../../errors/message.ts';
import type { Budget } from '../../context/budget.ts';
import type { Connectors } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { operatorCommand, whatItSaid } from '../operatorCommand.ts';
import { ownAddress } from '../api/ownAddress.ts';
import type { Finding, LeftToDo, Provider, VipHost } from '../Provider.ts';

interface CommandTools {
  readonly connect: Pick<Connectors, 'local' | 'lookup'>;
  readonly budget: Budget;
}

type Action = 'assign' | 'release' | 'status';

/**
 * Exit status of vip_status_command for "no". Not 1, which whatever breaks in a script leaves with: that must not pass
 * for an answer.
 */
const doesNotHold = 3;

const optionOf = {
  assign: 'vip_assign_command',
  release: 'vip_release_command',
  status: 'vip_status_command',
} as const;

/** @param address undefined where clients do not use an address, but a name or a proxy */
export function commandProvider(address: string | undefined, tools: CommandTools): Provider {
  const addresses = new Map<string, Promise<string>>();

  /**
   * The same address, whoever asks: MHA's hooks get it, an operator's call has a name. A guess could make the commands
   * speak of another row.
   */
  function addressOf(host: VipHost): Promise<string> {
    const found =
      addresses.get(host.name) ??
      ownAddress(host, tools.connect.lookup, tools.budget.limit(host.settings.options.connect_timeout * 1000));
    addresses.set(host.name, found);
    return found;
  }

  /** @returns the exit status and what it said @throws Failure `deadline` */
  async function run(action: Action, host: VipHost): Promise<{ code: number; said: string }> {
    const { options, file, cluster } = host.settings;
    const command = options[optionOf[action]];
    if (command === undefined)
      throw new Failure('config', `${file}: ${optionOf[action]} is missing for [${host.name}]`);
    const facts = {
      ACTION: action,
      HOST: host.name,
      IP: await addressOf(host),
      PORT: String(host.port),
      ADDRESS: address ?? '',
      PREFIX: String(options.writer_vip_cidr?.prefix ?? ''),
      CLUSTER: cluster,
    };
    try {
      const result = await operatorCommand(
        tools.connect.local,
        command,
        facts,
        tools.budget.limit(options.step_timeout * 1000),
      );
      return { code: result.code, said: whatItSaid(result) };
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'deadline') throw error;
      throw new Failure(
        'deadline',
        `${optionOf[action]} for ${host.name} did not end within ${options.step_timeout} s; it was killed`,
        { hint: 'find out what is slow, or raise step_timeout', cause: error },
      );
    }
  }

  async function holds(host: VipHost): Promise<boolean> {
    const { code, said } = await run('status', host);
    if (code === 0 || code === doesNotHold) return code === 0;
    throw new Failure(
      'address',
      unclear(host, code, said),
      code === 1
        ? {
            hint:
              `where that means "no", it must be exit ${doesNotHold} now: 1 is what a script leaves with when ` +
              'something in it breaks',
          }
        : {},
    );
  }

  function unclear(host: VipHost, code: number, said: string): string {
    return `vip_status_command could not find out about ${host.name} (exit ${code})${ifAny(': ', said)}`;
  }

  async function change(action: 'assign' | 'release', host: VipHost): Promise<LeftToDo> {
    const { code, said } = await run(action, host);
    if (code !== 0)
      throw new Failure('address', `${optionOf[action]} failed for ${host.name} (exit ${code})${ifAny(': ', said)}`);
    const held = await holds(host);
    if (held === (action === 'assign')) return [];
    throw new Failure(
      'address',
      `${optionOf[action]} for ${host.name} left with 0, but vip_status_command says that ${host.name} ` +
        `${held ? 'still holds' : 'does not hold'} the writer address`,
      { hint: `see whether ${optionOf[action]} waits until it has happened` },
    );
  }

  return {
    address: address ?? '(by command)',
    worksWithoutHost: true,
    asksNetwork: false,
    prepare: () => Promise.resolve(),
    holds,
    release: (host) => change('release', host),
    assign: (host) => change('assign', host),
    // Only the operator's own commands know; they are asked host by host, and take the address from whoever has it.
    answersElsewhere: () => Promise.resolve({ kind: 'nobody' }),
    byHand: (host, what) => `do what ${optionOf[what]} does for ${host.name}`,
    async check(host): Promise<readonly Finding[]> {
      const { code, said } = await run('status', host);
      if (code === 0 || code === doesNotHold) return [];
      return [
        {
          severity: 'error',
          text: unclear(host, code, said),
          hint: `run it by hand on this host; it is in ${host.settings.file}; exit 0 is yes, ${doesNotHold} no`,
        },
      ];
    },
  };
}
