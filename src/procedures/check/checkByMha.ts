// MHA's own check, our `status` hook included. It changes nothing in the cluster.
import type { Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { firstError } from '../../mha/managerLog.ts';
import { commandText } from '../../mha/switchCommand.ts';
import { failed, ok, thrown, type Body } from './CheckLine.ts';

/** masterha_check_repl connects to every host by MySQL and SSH, and runs a program on each. In ms. */
const checkReplMs = 120_000;

export async function checkByMha(app: ApplicationConfig, tools: Tools): Promise<Body> {
  const command = ['masterha_check_repl', `--conf=${app.file}`];
  try {
    const { code, stdout, stderr } = await tools.connect.local.run(command, checkReplMs);
    if (code === 0) return ok('masterha_check_repl passed');
    return failed(
      'environment',
      `masterha_check_repl failed (exit ${code}): ${firstError(stdout + stderr)}`,
      `run mha-helper mha ${commandText(command)} to see all of it`,
    );
  } catch (error) {
    return thrown(error);
  }
}
