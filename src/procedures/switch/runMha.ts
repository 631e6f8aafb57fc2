// MHA's switch as a program: its output, its phases as progress, and Ctrl-C.
import type { Progress, Tools } from '../../context/Context.ts';
import { oneLine } from '../../errors/message.ts';
import { commandText, type SwitchRequest } from '../../mha/switchCommand.ts';
import { MhaOutput, type OutputScreen } from './mhaOutput.ts';
import { withProgress } from './withProgress.ts';

export interface Screen extends OutputScreen {
  /** One line to stderr. */
  complain(line: string): void;
  readonly progress: Progress;
}

/** @returns its exit code; where that is not 0 its last lines have been shown */
export async function runMha(
  argv: readonly string[],
  { app, dead }: SwitchRequest,
  tools: Tools,
  screen: Screen,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { progress, verbose } = screen;
  const out = (text: string): void => {
    progress.clear();
    screen.out(text);
  };
  const output = new MhaOutput(app.name, { out, verbose }, tools);
  await output.begin(commandText(argv));
  // A failover without questions logs to manager_log (init_config of MasterFailover.pm), and its hooks too.
  const follow = dead === null ? undefined : app.managerLog;
  const interrupted = (): void => {
    screen.complain('mha-helper: interrupted: MHA is told to end; waiting for it and for its hook');
  };
  tools.interrupted.addEventListener('abort', interrupted, { once: true });
  try {
    const onOutput = (text: string): void => output.take(text);
    const running = tools.connect.stream(argv, { onOutput, follow, interrupted: tools.interrupted, variables });
    const what = (): string => (output.midLine ? '' : oneLine(output.phase ?? 'MHA works'));
    const code = await withProgress(progress, tools.clock, what, running);
    await output.end();
    if (code !== 0) screen.out(output.lastWords());
    return code;
  } finally {
    tools.interrupted.removeEventListener('abort', interrupted);
  }
}
