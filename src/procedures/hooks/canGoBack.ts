// A new master that is open and cannot get the address: no client reaches it. The old one may take the writer back.
import { errorLine } from '../../errors/message.ts';
import type { OnlineRequest } from '../../mha/request.ts';
import type { Run } from '../run/openRun.ts';

/**
 * Never throws. Only where all of it was just seen: the old master is closed, has written nothing since it was, and its
 * host answers; the address is on neither host, and nobody on the network has it. Anything unknown is no way back.
 * @param rest where `stop` saw the binary log of the old master come to rest; null: that is not known
 */
export async function canGoBack(
  run: Pick<Run, 'provider' | 'tools' | 'host' | 'server'>,
  { orig, new: next }: OnlineRequest,
  rest: string | null,
): Promise<boolean> {
  if (rest === null) return false;
  const { provider, tools } = run;
  const old = run.host(orig);
  try {
    const server = await run.server(orig);
    const [{ readOnly }, position, isOnOld] = await Promise.all([
      server.readOnly(),
      server.binlogPosition(),
      provider.holds(old),
    ]);
    if (!readOnly || position !== rest || isOnOld) return false;
    const isOnNew = await provider.holds(run.host(next)).catch(() => null);
    // Nobody can be asked but the provider itself where there is no network to ask.
    if (isOnNew === true || (isOnNew === null && !provider.asksNetwork)) return false;
    return (await provider.answersElsewhere(old, 'insist')).kind === 'nobody';
  } catch (error) {
    tools.log.warn(`the writer is not given back to ${orig.host}: ${errorLine(error)}`);
    return false;
  }
}
