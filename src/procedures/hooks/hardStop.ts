// A dead master: what can be done on its host (stopssh), and without its host (stop).
import type { Tools } from '../../context/Context.ts';
import type { EarlyConnections } from '../../context/EarlyConnections.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { HardRequest, HostEnd } from '../../mha/request.ts';
import { releaseWriterAddress, takeWriterAddress } from '../../steps/writerAddressSteps.ts';
import type { VipHost } from '../../vip/Provider.ts';
import { isUnreachable } from '../../vip/unreachable.ts';
import type { Run } from '../run/openRun.ts';
import { withRun } from '../run/withRun.ts';
import { fenceStep } from './fence.ts';
import { whatWillCloseIt } from './orderOriginal.ts';
import { refuseSecondFailover } from './secondFailover.ts';

type Stop = Exclude<HardRequest, { command: 'start' }>;

/** The dead master's host answers SSH. @param ready connections from before MHA's call */
export async function hardStopSsh(
  request: Stop,
  tools: Tools,
  ready: EarlyConnections | null = null,
): Promise<Outcome> {
  const { orig, sshOptions } = request;
  return withRun(tools, { procedure: 'hard stopssh', orig, next: null, sshOptions, ready }, async (run) => {
    await refuseSecondFailover(run, orig);
    if (run.provider.address === null) return { kind: 'done' };
    const host = run.host(orig);
    if (run.provider.worksWithoutHost) return takeOrObeyPolicy(run, orig, host, 'answered SSH a moment ago');
    try {
      await host.shell();
    } catch (error) {
      const failure = asFailure(error);
      // The host died after MHA had looked. A host that answers but refuses us is alive: going on would be a guess.
      if (!isUnreachable(failure)) throw failure;
      tools.log.warn(errorLine(failure));
      return withoutHost(run, orig);
    }
    return outcomeOf((await run.steps([releaseWriterAddress(run.provider, host)])).leftToDo);
  });
}

/** The dead master's host does not answer SSH. */
export async function hardStop(request: Stop, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
  return withRun(tools, { procedure: 'hard stop', orig, next: null, sshOptions }, async (run) => {
    await refuseSecondFailover(run, orig);
    return withoutHost(run, orig);
  });
}

async function withoutHost(run: Run, orig: HostEnd): Promise<Outcome> {
  const { provider } = run;
  const host = run.silentHost(orig);
  if (provider.address === null) return obeyPolicy(run, orig, host, `${orig.host} does not answer SSH`);
  return provider.worksWithoutHost
    ? takeOrObeyPolicy(run, orig, host, 'does not answer SSH')
    : obeyPolicy(run, orig, host, `${orig.host} does not answer SSH`);
}

/** @param state of its host, for messages */
async function takeOrObeyPolicy(run: Run, orig: HostEnd, host: VipHost, state: string): Promise<Outcome> {
  try {
    return outcomeOf((await run.steps([takeWriterAddress(run.provider, host)])).leftToDo);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'interrupted') throw failure;
    return obeyPolicy(
      run,
      orig,
      host,
      `${orig.host} ${state}, and the writer address could not be taken away from it (${errorLine(failure)})`,
    );
  }
}

/**
 * The dead master still has the writer address, or may have it, or there is none that could be taken away, so that
 * nothing keeps clients from writing there: the operator has said what to do then.
 */
async function obeyPolicy(run: Run, orig: HostEnd, host: VipHost, why: string): Promise<Outcome> {
  const { provider, tools } = run;
  const { options, file } = run.settings(orig);
  const address = `the writer address ${provider.address ?? ''}`;
  const isNone = provider.address === null;
  const unknown = 'it is not known whether its server takes writes';
  switch (options.unreachable_master) {
    case 'fence':
      return outcomeOf((await run.steps([fenceStep(run, orig)])).leftToDo);
    case 'abort': {
      const what = isNone ? unknown : `${address} could not be removed there`;
      throw new Failure('refused', `${why}, so ${what}, and unreachable_master = abort`, {
        hint: `switch ${orig.host} off for certain, then start the failover again (${file})`,
      });
    }
    case 'continue': {
      const what = isNone ? unknown : `${address} was not removed there`;
      tools.log.warn(`${why}: ${what}`);
      const release = isNone ? '' : `, or ${provider.byHand(host, 'release')}, before it comes back`;
      return outcomeOf([
        `${why}, so ${what}: keep that host off the network${release}; ${await whatWillCloseIt(run, orig)}`,
      ]);
    }
  }
}
