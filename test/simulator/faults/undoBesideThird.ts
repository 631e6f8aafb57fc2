// Put back: undo looks at the two servers of the run, and at no third one.
import { undoRefusal as today, type UndoLook } from '../../../src/procedures/run/undoRules.ts';

export * from '../../../src/procedures/run/undoRules.ts';

export function undoRefusal(look: UndoLook): ReturnType<typeof today> {
  const { half, survey } = look;
  const isOfRun = (host: string): boolean => host === half.origHost || host === half.newHost;
  return today({
    ...look,
    elsewhere: { kind: 'nobody' },
    survey: {
      ...survey,
      servers: survey.servers.filter(({ server }) => isOfRun(server.hostname)),
      holdings: survey.holdings.filter(({ host }) => isOfRun(host)),
    },
  });
}
