// MHA in the hosts: as Debian packs it, with the layer where our packages put it.
import { compatFiles } from '../../src/adapters/compatLayer.ts';
import { packagedLayer, perlOption } from '../../src/mha/compatLayer.ts';
import {
  APPLICATION_FILE,
  HELPER_FILE,
  type Sections,
  WORK_DIRECTORY,
  applicationConfiguration,
  helperConfiguration,
} from './exampleConfiguration.ts';
import { writeCommand } from './hostFiles.ts';
import { haOptions } from './etcdHosts.ts';
import { HOST_NAMES, type HostName, SSH_USER } from './hosts.ts';

/** The variable for those who start MHA's programs themselves, as the README says it. */
export const MHA_ENVIRONMENT = { PERL5OPT: perlOption(packagedLayer) };

/** As the package has it, on the manager and on the database hosts. */
export function installLayer(): string[] {
  return Object.entries(compatFiles()).map(([name, content]) =>
    writeCommand({ path: `${packagedLayer}/${name}`, content }),
  );
}

export function databaseWorkDirectory(): string[] {
  return [`rm -rf /var/log/mha`, `mkdir -p ${WORK_DIRECTORY}`, `chown -R ${SSH_USER}:${SSH_USER} /var/log/mha`];
}

export interface ConfigurationOverrides {
  readonly helper?: Sections;
  readonly application?: Sections;
}

/**
 * Writes both configuration files of the example, with ha_endpoints where several managers share etcd, and clears what
 * MHA and the helper remember of earlier failovers.
 */
export function configureManager(
  { helper = {}, application }: ConfigurationOverrides,
  hosts: readonly HostName[] = HOST_NAMES,
): string[] {
  const shared = { ...helper, default: { ...haOptions(hosts), ...helper['default'] } };
  return [
    `rm -rf /var/log/mha /etc/mha-helper /etc/mha /var/lib/mha-helper /etc/masterha_default.cnf`,
    `mkdir -p ${WORK_DIRECTORY}`,
    writeCommand({ path: HELPER_FILE, content: helperConfiguration(shared), mode: '600' }),
    writeCommand({ path: APPLICATION_FILE, content: applicationConfiguration(application), mode: '600' }),
  ];
}
