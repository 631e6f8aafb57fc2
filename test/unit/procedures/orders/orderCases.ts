// An order for db10, which db11 has replaced; db12 is db11's replica.
import type { SqlConnection, Tools } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { changeOrders, giveOrder, type StandingOrder } from '../../../../src/procedures/orders/standingOrders.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

export const order: StandingOrder = {
  server: { host: 'db10', ip: '10.0.0.10', port: 3306 },
  master: 'db11',
  conf: '/etc/mha/a.cnf',
  given: '2026-01-31T03:00:00.000Z',
  caller: null,
  left: 'unknown',
  executed: null,
  position: null,
  gtid: null,
  closed: null,
  refusal: null,
};

export const app = readApplicationConfig({
  path: '/etc/mha/a.cnf',
  text:
    '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\nip=10.0.0.10\n[server2]\nhostname=db11\n' +
    'ip=10.0.0.11\n[server3]\nhostname=db12\nip=10.0.0.12\n',
});

export interface FakeState {
  readOnly: boolean;
  /** Address of its master; null: it is no replica. */
  source: string | null;
  up: boolean;
}

export function cluster() {
  const state: Record<'db10' | 'db11' | 'db12', FakeState> = {
    db10: { readOnly: false, source: null, up: true },
    db11: { readOnly: false, source: null, up: true },
    db12: { readOnly: true, source: '10.0.0.11', up: true },
  };
  const mysql = ({ label }: { readonly label: string }): Promise<SqlConnection> => {
    const one = state[label as keyof typeof state];
    return one.up ? Promise.resolve(connectionTo(one)) : Promise.reject(new Failure('mysql', `${label}: gone`));
  };
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', { mysql });
  return { state, tools };
}

function connectionTo(state: FakeState): SqlConnection {
  const flags = readOnlyConnection(state);
  const replica = (): Record<string, string | number> => ({
    Master_Host: state.source ?? '',
    Master_Port: 3306,
    Slave_IO_Running: 'Yes',
    Slave_SQL_Running: 'Yes',
  });
  return {
    ...flags,
    query: (sql, values, ms) =>
      sql === 'SHOW SLAVE STATUS' && state.source !== null
        ? Promise.resolve([replica()])
        : flags.query(sql, values, ms),
  };
}

export async function given(tools: Tools, more: Partial<StandingOrder> = {}): Promise<StandingOrder> {
  const full = { ...order, ...more };
  await giveOrder(tools, 'c', full);
  return full;
}

export { changeOrders };
