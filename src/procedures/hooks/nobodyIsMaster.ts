// `start` that cannot even begin (its configuration is broken, another run has the lock) leaves no server that takes
// writes. Whoever reads its error must know that.
import { fileErrorText } from '../../config/problems.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { HostEnd } from '../../mha/request.ts';
import { handoverTo, readJournal } from '../run/earlierRuns.ts';

/** The same failure, with what it means when `stop` of this pair is the last run of any cluster's record. */
export async function nobodyIsMaster(failure: Failure, orig: HostEnd, next: HostEnd, tools: Tools): Promise<Failure> {
  const closed = await isClosed(orig, next, tools);
  if (closed === false) return failure;
  const what =
    closed === true
      ? `"online stop" has closed ${orig.host}, and no server takes writes now`
      : `it is not known whether "online stop" has closed ${orig.host} (${closed.unknown}): no server may take ` +
        'writes now';
  const undo = 'then "mha-helper undo -c FILE" gives the writer back; it is tried by itself when MHA has ended';
  const hint = failure.hint === undefined ? undo : `${failure.hint}; ${undo}`;
  return new Failure(failure.kind, `${failure.message}; ${what}`, { hint, cause: failure });
}

/** The cluster's name is in the configuration, which may be what is broken: so each journal is looked at. */
async function isClosed(orig: HostEnd, next: HostEnd, tools: Tools): Promise<boolean | { unknown: string }> {
  const directory = tools.places.stateDirectory;
  let names: readonly string[];
  try {
    names = await tools.files.list(directory);
  } catch (error) {
    return { unknown: `${directory}: ${fileErrorText(error)}` };
  }
  let unknown: { unknown: string } | null = null;
  for (const name of names.filter((each) => each.endsWith('.journal'))) {
    const runs = await readJournal(tools, name.slice(0, -'.journal'.length));
    if (isUnknown(runs)) unknown = runs;
    else if (handoverTo(runs, { orig, next }, tools) !== null) return true;
  }
  return unknown ?? false;
}
