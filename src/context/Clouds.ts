// Cloud services as the providers of the writer address see them: the few operations they need, in the service's own
// words. The libraries behind them are loaded when the first operation is called.
import type { OpenStackConnector } from './OpenStack.ts';
import type { Store, StoreTarget } from './Store.ts';

/** How to reach EC2. What is not set is found as the AWS SDK finds it. */
export interface Ec2Target {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly endpoint?: string | undefined;
}

export interface Ec2Interface {
  readonly id: string;
  /** Null: it is attached to none. */
  readonly instanceId: string | null;
  readonly subnetId: string;
  readonly vpcId: string;
  /** True: it drops packets to addresses that are not its own. */
  readonly sourceDestCheck: boolean;
  /** Private IPv4 addresses, the first one first. */
  readonly addresses: readonly Ec2Address[];
}

export interface Ec2Address {
  readonly address: string;
  readonly primary: boolean;
  /** The public address that leads to it; null: none does. */
  readonly publicIp: string | null;
  /** True: that is an Elastic IP; false: one that EC2 lends to the instance. */
  readonly isElastic: boolean;
}

export interface Ec2ElasticIp {
  readonly allocationId: string;
  /** Null: with nothing. */
  readonly associationId: string | null;
  readonly interfaceId: string | null;
}

export interface Ec2RouteTable {
  readonly id: string;
  /** Its routes by destination (`10.99.0.5/32`), with the network interface they lead to; null: to something else. */
  readonly routes: ReadonlyMap<string, string | null>;
}

/**
 * EC2's answers are given as they are; what it refuses is thrown. With `dryRun` nothing is done, and it resolves when
 * it could be done. A request whose answer was lost is sent again: what refuses to be done twice then says that it is
 * done already.
 * @throws Failure `address` (credentials, rights, an object that is not there), `deadline`; the message names the
 *   operation
 */
export interface Ec2Api {
  interfaces(filter: Readonly<Record<string, string>>): Promise<readonly Ec2Interface[]>;
  /** Takes the address from whatever network interface has it. */
  assignPrivateAddress(interfaceId: string, address: string): Promise<void>;
  /** False: the interface does not have it. */
  unassignPrivateAddress(interfaceId: string, address: string): Promise<boolean>;
  /** Null: this account has no such address in the region. */
  elasticIp(address: string): Promise<Ec2ElasticIp | null>;
  associate(elasticIp: Ec2ElasticIp, interfaceId: string, dryRun?: boolean): Promise<void>;
  /** False: there is no such association any more. */
  disassociate(associationId: string, dryRun?: boolean): Promise<boolean>;
  routeTables(ids: readonly string[]): Promise<readonly Ec2RouteTable[]>;
  /** False: the table has a route to that destination already. */
  createRoute(tableId: string, destination: string, interfaceId: string, dryRun?: boolean): Promise<boolean>;
  /** False: the table has no route to that destination. */
  replaceRoute(tableId: string, destination: string, interfaceId: string, dryRun?: boolean): Promise<boolean>;
  /** False: the table has no route to that destination. */
  deleteRoute(tableId: string, destination: string, dryRun?: boolean): Promise<boolean>;
}

export interface CloudConnectors extends OpenStackConnector {
  /** @param limit how long one operation may take from now on, its repetitions included, in ms */
  ec2(target: Ec2Target, limit: () => number): Promise<Ec2Api>;
  /**
   * The addresses of a host name as this machine finds them.
   * @throws Failure `address` when there are none, `deadline`
   */
  lookup(name: string, timeoutMs: number): Promise<readonly string[]>;
  /** The etcd of several managers; connects when it is first asked. @throws StoreFailure for a file of the target */
  store(target: StoreTarget): Promise<Store>;
}
