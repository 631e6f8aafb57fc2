// Replicas besides the lab's two: cheap ones, on further ports of db12. Labs that want none have none.
import type { Sections } from '../lab/exampleConfiguration.ts';
import type { Lab } from '../lab/lab.ts';
import { Instance } from '../topologies/instances.ts';

const HOST = 'db12';
const FIRST_PORT = 3307;

/**
 * Starts servers that replicate from db10; the next reset of the lab ends them.
 * @returns their sections of MHA's file
 */
export async function furtherReplicas(lab: Lab, count: number): Promise<Sections> {
  const ports = Array.from({ length: count }, (_, index) => FIRST_PORT + index);
  await Promise.all(
    ports.map(async (port) => (await Instance.start(lab, HOST, port)).follow({ host: 'db10', port: 3306 })),
  );
  return Object.fromEntries(
    ports.map((port) => [
      `server${port}`,
      { hostname: HOST, port: String(port), no_master: '1', master_binlog_dir: Instance.binlogDirectory(port) },
    ]),
  );
}
