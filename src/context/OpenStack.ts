// OpenStack as the provider of the writer address sees it: the few operations of its network service (Neutron) that are
// needed.

/** How to log in. What is not set here is found in clouds.yaml or in the OS_* variables. */
export interface OpenStackTarget {
  /** Name of a cloud in clouds.yaml. */
  readonly cloud?: string | undefined;
  readonly cloudsFile?: string | undefined;
  readonly authUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The file that has it: a path, or the name of a systemd credential. */
  readonly passwordFile?: string | undefined;
  readonly project?: string | undefined;
  /** Name of the domain of the user and of the project; default: the domain `default`. */
  readonly domain?: string | undefined;
  readonly applicationCredentialId?: string | undefined;
  readonly applicationCredentialSecret?: string | undefined;
  /** As `passwordFile`. */
  readonly applicationCredentialSecretFile?: string | undefined;
  readonly region?: string | undefined;
  readonly interface?: 'public' | 'internal' | 'admin' | undefined;
  readonly caFile?: string | undefined;
}

export interface AddressPair {
  /** An address, or a network in CIDR format. */
  readonly ip_address: string;
  /** Default: the port's own. */
  readonly mac_address?: string;
}

/** As far as it is used; the names are Neutron's. */
export interface NeutronPort {
  readonly id: string;
  readonly network_id: string;
  readonly mac_address: string;
  readonly fixed_ips: readonly { readonly ip_address: string; readonly subnet_id: string }[];
  readonly allowed_address_pairs: readonly AddressPair[];
  /** False: the network lets the port send and get whatever it wants. */
  readonly port_security_enabled: boolean;
  readonly revision_number: number;
}

export interface NeutronFloatingIp {
  readonly id: string;
  readonly floating_ip_address: string;
  readonly floating_network_id: string;
  /** Null: it leads nowhere. */
  readonly port_id: string | null;
  readonly fixed_ip_address: string | null;
  readonly revision_number: number;
}

/**
 * What Neutron refuses is thrown.
 * @throws Failure `address` (login, rights, an object that is not there), `deadline`; the message names the object
 */
export interface NeutronApi {
  /** Ports that this login can see. @param filter Neutron's own, for instance `fixed_ips=ip_address=10.0.0.5` */
  ports(filter: readonly (readonly [string, string])[]): Promise<readonly NeutronPort[]>;
  floatingIps(filter: readonly (readonly [string, string])[]): Promise<readonly NeutronFloatingIp[]>;
  /** Networks that the routers of a network lead to, as far as this login sees them. */
  gateways(networkId: string): Promise<readonly string[]>;
  /** Leads the floating IP to an address of a port, wherever it led before. One change. */
  associate(floatingIp: NeutronFloatingIp, port: NeutronPort, address: string): Promise<NeutronFloatingIp>;
  /** Makes it lead nowhere, unless it has been changed since it was read: then false, and nothing is done. */
  detach(floatingIp: NeutronFloatingIp): Promise<boolean>;
  /** Replaces all address pairs, unless the port has been changed since it was read: then null, and nothing is done. */
  setAddressPairs(port: NeutronPort, pairs: readonly AddressPair[]): Promise<NeutronPort | null>;
  /**
   * Whether this login may change the address pairs of the port, or where the floating IP leads. Changes nothing.
   * @throws Failure `address`
   */
  tryAddressPairs(port: NeutronPort): Promise<void>;
  tryAssociate(floatingIp: NeutronFloatingIp): Promise<void>;
}

export interface OpenStackConnector {
  /**
   * Logs in and finds the network service.
   * @param limit how long one operation may take from now on, its repetitions included, in ms
   */
  openstack(target: OpenStackTarget, limit: () => number): Promise<NeutronApi>;
}
