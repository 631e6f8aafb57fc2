// EC2 through the AWS SDK: credentials, region, signatures and repetitions with back-off are its business, our limit
// ends them.
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  CreateRouteCommand,
  DeleteRouteCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DisassociateAddressCommand,
  EC2Client,
  ReplaceRouteCommand,
  UnassignPrivateIpAddressesCommand,
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
} from './awsSdk.ts';
import type { Ec2Api, Ec2Target } from '../../context/Clouds.ts';
import { Failure } from '../../errors/errors.ts';
import { whole } from './answers.ts';
import { ec2Failure, ec2TooLate, roleFailure, roleTooLate } from './failures.ts';

/** More than fit into any limit: the limit decides, not the number. */
const attempts = 100;
/** Our limit does not end this: what asks for the role goes on without us. */
const roleAttempts = 5;

/** ReplaceRoute gives no code of its own for it: https://github.com/getmoto/moto/pull/6425 */
const isNoRoute = ({ name, message }: Error): boolean =>
  name === 'InvalidRoute.NotFound' || (name === 'InvalidParameterValue' && /no route/i.test(message));
const isNotAssigned = ({ name, message }: Error): boolean =>
  name === 'InvalidParameterValue' && /not assigned/i.test(message);

export function connectEc2({ region, profile, roleArn, endpoint }: Ec2Target, limit: () => number): Ec2Api {
  const place = { ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) };
  // A profile that was named is used or refused: the chain would take the role of the instance when it has no
  // credentials, and warns on stderr.
  const own =
    profile === undefined ? fromNodeProviderChain({ clientConfig: place }) : fromIni({ profile, clientConfig: place });
  const client = new EC2Client({
    ...place,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: roleArn === undefined ? own : assumed(roleArn),
    maxAttempts: attempts,
  });

  // Nobody but the SDK sees why it sends a request again.
  const attempt = new AsyncLocalStorage<{ failedBy: unknown }>();
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const noted = attempt.getStore();
        if (noted !== undefined && !(error instanceof Error && error.name === 'AbortError')) noted.failedBy = error;
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'noteWhyAnAttemptFailed' },
  );

  /**
   * While STS is asked, whichever of our calls it was that wanted the credentials: the SDK asks once for all of them.
   */
  let isAssuming = false;
  /** Credentials of the role. What goes wrong there is not EC2's doing. */
  function assumed(role: string): ReturnType<typeof fromTemporaryCredentials> {
    const assume = fromTemporaryCredentials({
      masterCredentials: own,
      params: { RoleArn: role, RoleSessionName: 'mha-helper' },
      clientConfig: { ...place, maxAttempts: roleAttempts },
    });
    return async (caller) => {
      isAssuming = true;
      try {
        return await assume(caller);
      } catch (error) {
        throw roleFailure(role, error);
      } finally {
        isAssuming = false;
      }
    };
  }

  async function call<T>(operation: string, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    // What is left of a run is no whole number, and a timer takes no other.
    const ms = Math.max(1, Math.ceil(limit()));
    const tooLate = AbortSignal.timeout(ms);
    const noted = { failedBy: undefined as unknown };
    try {
      // The SDK does not look at the signal while it waits before a repetition.
      return await Promise.race([
        attempt.run(noted, () => send(tooLate)),
        new Promise<never>((_, reject) => {
          tooLate.addEventListener('abort', () => reject(tooLate.reason as Error), { once: true });
        }),
      ]);
    } catch (error) {
      if (error instanceof Error && error.name === 'DryRunOperation') return undefined;
      if (error instanceof Failure) throw error;
      if (!tooLate.aborted) throw ec2Failure(operation, error);
      throw isAssuming && roleArn !== undefined ? roleTooLate(roleArn, ms) : ec2TooLate(operation, ms, noted.failedBy);
    }
  }

  /** EC2 may give a list in pieces whether it was asked to or not; a piece can even be empty. */
  async function pages<T extends { readonly NextToken?: string | undefined }>(
    operation: string,
    send: (nextToken: string | undefined, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<readonly T[]> {
    const all: T[] = [];
    let token: string | undefined;
    do {
      const page = await call(operation, (abortSignal) => send(token, abortSignal));
      token = page?.NextToken || undefined;
      if (page !== undefined) all.push(page);
    } while (token !== undefined);
    return all;
  }

  /** Of an operation whose result says nothing. */
  const done = async (operation: string, send: (abortSignal: AbortSignal) => Promise<unknown>): Promise<void> => {
    await call(operation, send);
  };
  /** Of one that EC2 refuses when there is nothing (more) to do. @returns false then */
  async function unless(
    isRefusal: (error: Error) => boolean,
    operation: string,
    send: (abortSignal: AbortSignal) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await done(operation, send);
      return true;
    } catch (error) {
      if (error instanceof Error && error.cause instanceof Error && isRefusal(error.cause)) return false;
      throw error;
    }
  }
  const route = (tableId: string, destination: string, interfaceId: string, dryRun: boolean) => ({
    RouteTableId: tableId,
    DestinationCidrBlock: destination,
    NetworkInterfaceId: interfaceId,
    DryRun: dryRun,
  });

  return {
    async interfaces(filter) {
      const Filters = Object.entries(filter).map(([Name, value]) => ({ Name, Values: [value] }));
      const found = await pages('DescribeNetworkInterfaces', (NextToken, abortSignal) =>
        client.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }), { abortSignal }),
      );
      return found
        .flatMap(({ NetworkInterfaces }) => whole('DescribeNetworkInterfaces', NetworkInterfaces, 'NetworkInterfaceId'))
        .map((one) => ({
          id: one.NetworkInterfaceId ?? '',
          instanceId: one.Attachment?.InstanceId ?? null,
          subnetId: one.SubnetId ?? '',
          vpcId: one.VpcId ?? '',
          sourceDestCheck: one.SourceDestCheck !== false,
          addresses: (one.PrivateIpAddresses ?? []).map(({ PrivateIpAddress = '', Primary = false, Association }) => ({
            address: PrivateIpAddress,
            primary: Primary,
            publicIp: Association?.PublicIp || null,
            isElastic: Association?.IpOwnerId !== 'amazon',
          })),
        }));
    },
    assignPrivateAddress: (NetworkInterfaceId, address) =>
      done('AssignPrivateIpAddresses', (abortSignal) =>
        client.send(
          new AssignPrivateIpAddressesCommand({
            NetworkInterfaceId,
            PrivateIpAddresses: [address],
            AllowReassignment: true,
          }),
          { abortSignal },
        ),
      ),
    unassignPrivateAddress: (NetworkInterfaceId, address) =>
      unless(isNotAssigned, 'UnassignPrivateIpAddresses', (abortSignal) =>
        client.send(new UnassignPrivateIpAddressesCommand({ NetworkInterfaceId, PrivateIpAddresses: [address] }), {
          abortSignal,
        }),
      ),
    async elasticIp(address) {
      const found = await call('DescribeAddresses', (abortSignal) =>
        client.send(new DescribeAddressesCommand({ Filters: [{ Name: 'public-ip', Values: [address] }] }), {
          abortSignal,
        }),
      );
      const [one] = whole('DescribeAddresses', found?.Addresses, 'AllocationId');
      if (one === undefined) return null;
      return {
        allocationId: one.AllocationId ?? '',
        associationId: one.AssociationId || null,
        interfaceId: one.NetworkInterfaceId || null,
      };
    },
    associate: ({ allocationId }, NetworkInterfaceId, DryRun = false) =>
      done('AssociateAddress', (abortSignal) =>
        client.send(
          new AssociateAddressCommand({
            AllocationId: allocationId,
            NetworkInterfaceId,
            AllowReassociation: true,
            DryRun,
          }),
          { abortSignal },
        ),
      ),
    disassociate: (AssociationId, DryRun = false) =>
      unless(
        ({ name }) => name === 'InvalidAssociationID.NotFound',
        'DisassociateAddress',
        (abortSignal) => client.send(new DisassociateAddressCommand({ AssociationId, DryRun }), { abortSignal }),
      ),
    async routeTables(ids) {
      const found = await pages('DescribeRouteTables', (NextToken, abortSignal) =>
        client.send(new DescribeRouteTablesCommand({ RouteTableIds: [...ids], NextToken }), { abortSignal }),
      );
      return found
        .flatMap(({ RouteTables }) => whole('DescribeRouteTables', RouteTables, 'RouteTableId'))
        .map((table) => ({
          id: table.RouteTableId ?? '',
          routes: new Map(
            (table.Routes ?? []).flatMap((one) =>
              one.DestinationCidrBlock === undefined
                ? []
                : [[one.DestinationCidrBlock, one.NetworkInterfaceId ?? null] as const],
            ),
          ),
        }));
    },
    createRoute: (tableId, destination, interfaceId, dryRun = false) =>
      unless(
        ({ name }) => name === 'RouteAlreadyExists',
        'CreateRoute',
        (abortSignal) =>
          client.send(new CreateRouteCommand(route(tableId, destination, interfaceId, dryRun)), { abortSignal }),
      ),
    replaceRoute: (tableId, destination, interfaceId, dryRun = false) =>
      unless(isNoRoute, 'ReplaceRoute', (abortSignal) =>
        client.send(new ReplaceRouteCommand(route(tableId, destination, interfaceId, dryRun)), { abortSignal }),
      ),
    deleteRoute: (RouteTableId, DestinationCidrBlock, DryRun = false) =>
      unless(isNoRoute, 'DeleteRoute', (abortSignal) =>
        client.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock, DryRun }), { abortSignal }),
      ),
  };
}
