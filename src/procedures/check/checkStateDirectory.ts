// The directory of journal, locks, spool and orders: what is in there decides what is undone, and as whom. It must be
// there for the user that runs MHA, and for nobody else but root.
import type { FileLook, Tools } from '../../context/Context.ts';
import { failed, ok, warning, type Body } from './CheckLine.ts';

const lookMs = 5_000;

// Where it is not there yet it is made: then what counts is the nearest directory above it.
const CAN_BE_WRITTEN = `d=$1
while [ ! -e "$d" ] && [ "$d" != / ] && [ "$d" != . ]; do d=$(dirname "$d"); done
[ -d "$d" ] && [ -w "$d" ] && [ -x "$d" ]`;

/** Directories in there have files, and at most one more level. */
const deepest = 3;
const asThatUser = 'run this as the user that runs MHA';
/** Of the kind that is wrong, so many are named. */
const namedAtMost = 5;

export async function checkStateDirectory(tools: Tools): Promise<readonly Body[]> {
  const directory = tools.places.stateDirectory;
  // A link to another disk is the administrator's own; what counts is where it leads.
  const itself = await tools.files.look(`${directory}/.`);
  const wrong = [
    ...(itself === null ? [] : directoryProblems(directory, itself, tools.places.isRoot)),
    ...(await entryProblems(tools)),
  ];
  if (wrong.length > 0) return wrong;
  const { code } = await tools.connect.local.run(['sh', '-c', CAN_BE_WRITTEN, 'sh', directory], lookMs);
  if (code === 0) return [ok(`${directory} can be written`)];
  return [
    warning(
      `${directory} cannot be written: no record of what the hooks do, and a killed one could not be undone`,
      'chgrp and chmod g+w it for the user that runs MHA',
    ),
  ];
}

/** @param asRoot root may look after another account's cluster, and then depends on that account */
export function directoryProblems(directory: string, { owner, mode }: FileLook, asRoot = false): readonly Body[] {
  const problems: Body[] = [];
  if (owner === 'other') {
    const what = `${directory} belongs to another user, who decides what is recorded there and undone`;
    problems.push(
      asRoot ? warning(what, asThatUser) : failed('environment', what, `${asThatUser}, or chown it to root`),
    );
  }
  if ((mode & 0o002) !== 0) {
    const what = `${directory} can be written by every user, who then decides what is recorded there and undone`;
    problems.push(failed('environment', what, 'chmod o= it'));
  }
  return problems;
}

async function entryProblems({ files, places }: Tools): Promise<readonly Body[]> {
  const links: string[] = [];
  const foreign: string[] = [];
  const walk = async (directory: string, depth: number): Promise<void> => {
    for (const name of await files.list(directory).catch(() => [])) {
      const path = `${directory}/${name}`;
      const look = await files.look(path);
      if (look?.kind === 'link') links.push(path);
      else if (look?.owner === 'other') foreign.push(path);
      else if (look?.kind === 'directory' && depth < deepest) await walk(path, depth + 1);
    }
  };
  await walk(places.stateDirectory, 1);
  const problems: Body[] = [];
  if (links.length > 0) {
    const what = `a link where a file of mha-helper's should be: ${listed(links)}`;
    problems.push(failed('environment', what, 'nothing is written there; remove it'));
  }
  if (foreign.length > 0 && places.isRoot !== true) {
    const what = `neither of the user that runs this nor of root: ${listed(foreign)}`;
    problems.push(failed('environment', what, `${asThatUser}, or chown it to that user`));
  }
  return problems;
}

function listed(paths: readonly string[]): string {
  const more = paths.length - namedAtMost;
  return paths.slice(0, namedAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
