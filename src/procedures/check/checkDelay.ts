// MHA's limit for a replica that is late, which keeps it from a failover at a rotation of the binary log. Pure.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { splitPosition } from '../../mysql/splitPosition.ts';
import { serverName } from '../survey/surveyCluster.ts';
import { warning, type Body } from './CheckLine.ts';
import type { SeenServer } from './checkServerHealth.ts';

/** Only what the replica says that has received most counts, and that may be any of them. */
export function checkDelay(app: ApplicationConfig): readonly Body[] {
  const strict = app.servers.filter(({ anyDelay }) => !anyDelay).map((server) => serverName(server, app));
  if (strict.length === 0) return [];
  return [
    warning(
      `${app.file}: check_repl_delay is not 0 for ${strict.join(', ')}: when one of them has received most, a ` +
        'failover refuses every replica that is a file of the binary log behind it, be it by one event',
      'set check_repl_delay = 0 in [server default]',
    ),
  ];
}

/** MHA takes no replica that has more left to execute, in bytes (ServerManager.pm, check_slave_delay). */
const mostBytes = 100_000_000;

/** Candidates that a failover would refuse at this moment. */
export function tooLate(app: ApplicationConfig, servers: readonly SeenServer[]): readonly Body[] {
  const master = servers.find(({ isMaster }) => isMaster);
  const position = master?.position ?? null;
  if (position === null || app.servers.every(({ anyDelay }) => anyDelay)) return [];
  const [file, at] = splitPosition(position);
  return servers.flatMap(({ state: { server, source, replication } }) => {
    if (server.noMaster || source !== master?.state.server || replication?.executed == null) return [];
    const [executed, upTo] = splitPosition(replication.executed);
    const isLate = executed < file || (executed === file && at > upTo + mostBytes);
    if (!isLate) return [];
    const text = `${serverName(server, app)} has executed ${replication.executed} of ${position}: `;
    return [warning(`${text}a failover would not take it now (check_repl_delay)`, 'set check_repl_delay = 0')];
  });
}
