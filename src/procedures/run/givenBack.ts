// The record may lack what a run has done (a disk was full, lines are torn): so it is the servers that say whether the
// writer is where it was.
import { errorLine } from '../../errors/message.ts';
import type { MasterEnd } from '../../mha/request.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { Run } from './openRun.ts';

/** What is not as it must be for clients to write on the original master again. */
export async function notGivenBack(run: Run, orig: MasterEnd): Promise<readonly string[]> {
  try {
    const [flags, held] = await Promise.all([
      (await run.server(orig)).readOnly(),
      run.provider.address === null || run.provider.holds(run.host(orig)),
    ]);
    const address = run.provider.address ?? '';
    const command = vipCommand('assign', orig.host);
    return [
      ...(flags.readOnly ? [`set read_only=0 on ${orig.host}, where "mha-helper vip show" sees no other master`] : []),
      ...(held ? [] : [`assign the writer address ${address} to ${orig.host} ("${command}")`]),
    ];
  } catch (error) {
    return [`see whether ${orig.host} takes writes and has the writer address (${errorLine(error)})`];
  }
}
