// An address outside the VPC's range, to which a route in every table leads. The tables are changed one after the
// other, so a change that fails half-way is taken back: clients of two subnets must not reach two masters.
import type { Ec2RouteTable } from '../../context/Clouds.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { AddressApi } from '../api/apiProvider.ts';
import type { AwsHosts } from './hosts.ts';
import type { VipHost } from '../Provider.ts';

interface Route {
  readonly table: string;
  readonly exists: boolean;
  /** Null: it does not exist, or leads to something else. */
  readonly interfaceId: string | null;
}

export function routeTables(address: string, hosts: AwsHosts): AddressApi {
  const destination = `${address}/32`;

  async function now(host: VipHost): Promise<readonly Route[]> {
    const ids = host.settings.options.aws_route_table_ids ?? [];
    const found = await (await hosts.ec2(host)).routeTables(ids);
    const missing = ids.filter((id) => !found.some((table) => table.id === id));
    if (missing.length > 0)
      throw new Failure('address', `AWS: there is no route table ${missing.join(', ')}`, {
        hint: `see aws_route_table_ids and aws_region in ${host.settings.file}`,
      });
    return ids.map((table) => routeIn(table, found));
  }

  function routeIn(table: string, tables: readonly Ec2RouteTable[]): Route {
    const routes = tables.find(({ id }) => id === table)?.routes;
    return { table, exists: routes?.has(destination) === true, interfaceId: routes?.get(destination) ?? null };
  }

  /** Makes each route lead where `to` says; what was changed is put back when one fails. */
  async function change(host: VipHost, routes: readonly Route[], to: string | null): Promise<void> {
    const changed: Route[] = [];
    for (const route of routes) {
      try {
        await lead(host, route, to);
        changed.unshift(route);
      } catch (error) {
        const stuck = await putBack(host, route, changed, to);
        if (stuck.length === 0) throw error;
        throw new Failure(
          'address',
          `${errorLine(error)}; the route to ${destination} could not be put back in ${stuck.join(', ')}`,
          {
            hint:
              'make all route tables lead to the same network interface (aws_route_table_ids in ' +
              `${host.settings.file})`,
            cause: error,
          },
        );
      }
    }
  }

  /** Makes the route lead there, whether what was read of it is still so or not. `to` null: deletes it. */
  async function lead(
    host: VipHost,
    { table, exists }: Pick<Route, 'table' | 'exists'>,
    to: string | null,
  ): Promise<void> {
    const ec2 = await hosts.ec2(host);
    const isSo = async (): Promise<boolean> => {
      const found = (await now(host)).find((route) => route.table === table);
      return to === null ? found?.exists === false : found?.interfaceId === to;
    };
    await hosts.change(async () => {
      if (to === null) {
        if (exists) await ec2.deleteRoute(table, destination);
        return;
      }
      const ways = [() => ec2.replaceRoute(table, destination, to), () => ec2.createRoute(table, destination, to)];
      for (const way of exists ? ways : ways.reverse()) if (await way()) return;
      throw new Failure(
        'address',
        `AWS: the route to ${destination} in ${table} could neither be replaced nor created: somebody else ` +
          'keeps changing it',
      );
    }, isSo);
  }

  /**
   * What was changed is written back whatever a read says: it may be older than the change. The one that failed may
   * have been changed nevertheless.
   * @returns the tables where it was not possible
   */
  async function putBack(
    host: VipHost,
    failed: Route,
    changed: readonly Route[],
    to: string | null,
  ): Promise<readonly string[]> {
    const stuck: string[] = [];
    for (const before of [failed, ...changed]) {
      try {
        if (before.exists && before.interfaceId === null)
          throw new Failure(
            'address',
            `it did not lead to a network interface, but to something else, before ${to ?? 'it was deleted'}`,
          );
        await lead(host, { table: before.table, exists: to !== null }, before.exists ? before.interfaceId : null);
      } catch (error) {
        // What refuses the change refuses this one too, and then there is nothing to put back.
        if (before !== failed || !(await isAgain(host, [failed]).catch(() => false)))
          stuck.push(`${before.table} (${errorLine(error)})`);
      }
    }
    if (stuck.length > 0) return stuck;
    try {
      await hosts.until(host, `that the routes to ${destination} lead where they led before`, () =>
        isAgain(host, [failed, ...changed]),
      );
      return [];
    } catch (error) {
      return [`${[failed, ...changed].map(({ table }) => table).join(', ')} (${errorLine(error)})`];
    }
  }

  async function isAgain(host: VipHost, before: readonly Route[]): Promise<boolean> {
    const routes = await now(host);
    return before.every((one) =>
      routes.some(
        ({ table, exists, interfaceId }) =>
          table === one.table && exists === one.exists && interfaceId === one.interfaceId,
      ),
    );
  }

  async function dropping(host: VipHost): Promise<string | null> {
    const { id, sourceDestCheck } = await hosts.interfaceOf(host);
    return sourceDestCheck
      ? `${id} (${host.name}) has its source/destination check on: packets to ${address} are dropped`
      : null;
  }

  async function holdsIn(host: VipHost): Promise<readonly Route[]> {
    const [routes, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
    return routes.filter(({ interfaceId }) => interfaceId === id);
  }

  return {
    name: 'AWS',
    prepare: async (host) => {
      await hosts.interfaceOf(host);
    },
    async holds(host) {
      const [routes, held] = await Promise.all([now(host), holdsIn(host)]);
      if (held.length === 0) return 'none';
      return held.length === routes.length ? 'all' : 'some';
    },
    async release(host) {
      await change(host, await holdsIn(host), null);
      await hosts.until(
        host,
        `that no route to ${destination} leads to ${host.name}`,
        async () => (await holdsIn(host)).length === 0,
      );
      return [];
    },
    async assign(host) {
      const [routes, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
      // Those too that lead there already as it seems: a read may be older than the last change.
      await change(host, routes, id);
      await hosts.until(host, `that every route to ${destination} leads to ${host.name}`, async () =>
        (await now(host)).every((route) => route.interfaceId === id),
      );
      const dropped = await dropping(host);
      return dropped === null ? [] : [`in AWS ${dropped}; ${switchOff}`];
    },
    async answersElsewhere(host) {
      const [routes, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
      const other = routes.find((route) => route.exists && route.interfaceId !== id);
      if (other === undefined) return null;
      const { interfaceId } = other;
      const what =
        interfaceId === null ? 'something else than a network interface' : `the network interface ${interfaceId}`;
      return `${what}, to which the route in ${other.table} leads,`;
    },
    byHand(host, what) {
      const tables = (host.settings.options.aws_route_table_ids ?? []).join(', ');
      return what === 'assign'
        ? `in AWS make the route to ${destination} in ${tables} lead to the network interface of ${host.name} ` +
            '(replace-route)'
        : `in AWS delete the route to ${destination} in ${tables} (delete-route)`;
    },
    async check(host) {
      const [routes, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
      const ec2 = await hosts.ec2(host);
      // All three, whatever there is now: the next failover may find no route, or one.
      for (const { table } of routes) {
        await ec2.createRoute(table, destination, id, true);
        await ec2.replaceRoute(table, destination, id, true);
        await ec2.deleteRoute(table, destination, true);
      }
      const dropped = await dropping(host);
      return dropped === null ? [] : [{ severity: 'error', text: `AWS: ${dropped}`, hint: switchOff }];
    },
  };
}

const switchOff = 'switch it off (modify-network-interface-attribute --no-source-dest-check)';
