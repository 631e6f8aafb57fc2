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

/** MHA's application file. */
export const file = {
  path: '/etc/mha/a.cnf',
  text:
    '[server default]\nuser=u\npassword=p\nrepl_user=r\nrepl_password=r\n[server1]\nhostname=db10\nip=10.0.0.10\n' +
    '[server2]\nhostname=db11\nip=10.0.0.11\n[server3]\nhostname=db12\nip=10.0.0.12\n',
};
export const app = readApplicationConfig(file);

export interface FakeState {
  readOnly: boolean;
  /** Address of its master; null: it is no replica. */
  source: string | null;
  up: boolean;
  /** What its binary logs have, by GTID. */
  gtids?: string;
}

/** @param options of mha-helper's file, one a line */
export function cluster(options = '') {
  const state: Record<'db10' | 'db11' | 'db12', FakeState> = {
    db10: { readOnly: false, source: null, up: true },
    db11: { readOnly: false, source: null, up: true },
    db12: { readOnly: true, source: '10.0.0.11', up: true },
  };
  const mysql = ({ label }: { readonly label: string }): Promise<SqlConnection> => {
    const one = state[label as keyof typeof state];
    return one.up ? Promise.resolve(connectionTo(one)) : Promise.reject(new Failure('mysql', `${label}: gone`));
  };
  const tools = fakeTools(`[default]\nvip_type = none\n${options}[db10]\n[db11]\n[db12]\n`, { mysql });
  return { state, tools };
}

function connectionTo(state: FakeState): SqlConnection {
  const flags = readOnlyConnection(state);
  const replica = (): Record<string, string | number> => ({
    Master_Host: state.source ?? '',
    Master_Port: 3306,
    Slave_IO_Running: 'Yes',
    Slave_SQL_Running: 'Yes',
    Using_Gtid: 'Slave_Pos',
  });
  return {
    ...flags,
    query: (sql, values, ms) => {
      if (sql === 'SHOW SLAVE STATUS' && state.source !== null) return Promise.resolve([replica()]);
      if (sql.includes('gtid_binlog_state')) return Promise.resolve([{ executed: state.gtids ?? '', position: '' }]);
      return flags.query(sql, values, ms);
    },
  };
}

export async function given(tools: Tools, more: Partial<StandingOrder> = {}): Promise<StandingOrder> {
  const full = { ...order, ...more };
  await giveOrder(tools, 'c', full);
  return full;
}

export { changeOrders };
