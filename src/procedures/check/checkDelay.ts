// MHA's limit for a replica that is late, which keeps it from a failover at a rotation of the binary log. Pure.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { serverName } from '../survey/surveyCluster.ts';
import { warning, type Body } from './CheckLine.ts';

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
