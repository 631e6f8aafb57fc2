// Faults of the network, made in the switch: the hosts know nothing of them, and ARP is cut too.
import { script } from '../lab/hostFiles.ts';
import { HOSTS, type HostName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';

/** Frames that are cut go here: a cable with nothing at its end. */
const DRAIN = 'drain';

/** From now on nothing that `from` sends arrives at `to`; the other way all is well. */
export async function cutOneWay(lab: Lab, from: HostName, to: HostName): Promise<void> {
  const address = (await lab.exec(from, ['cat', `/sys/class/net/${HOSTS[from].interface}/address`])).stdout.trim();
  await script(lab.holder.switchInit, [
    `ip link show ${DRAIN} >/dev/null 2>&1 || ip link add ${DRAIN} type veth peer name ${DRAIN}-end`,
    `ip link set ${DRAIN} up`,
    `tc qdisc show dev port-${to} | grep -q clsact || tc qdisc add dev port-${to} clsact`,
    `tc filter add dev port-${to} egress protocol all u32 match ether src ${address} ` +
      `action mirred egress redirect dev ${DRAIN}`,
  ]);
}

export async function cutBothWays(lab: Lab, one: HostName, other: HostName): Promise<void> {
  await cutOneWay(lab, one, other);
  await cutOneWay(lab, other, one);
}

/** Takes every cut between two hosts away. */
export async function mendCuts(lab: Lab): Promise<void> {
  await script(
    lab.holder.switchInit,
    Object.keys(HOSTS).map((name) => `tc qdisc del dev port-${name} clsact 2>/dev/null || true`),
  );
}

/** A link that lets little through, with a queue: what is sent arrives late. Both ways. */
export async function slowLink(lab: Lab, host: HostName, rate: string): Promise<void> {
  const limit = `root tbf rate ${rate} burst 3000 limit 400000`;
  await script(lab.holder.switchInit, [`tc qdisc add dev port-${host} ${limit}`]);
  await script(lab.holder.hostInits[host], [`tc qdisc add dev ${HOSTS[host].interface} ${limit}`]);
}

/**
 * A bad contact: again and again nothing passes for some time, though the link is up. Both ways, until the row is over
 * or two minutes.
 */
export async function badContact(lab: Lab, host: HostName, awayMs: number, thereMs: number): Promise<void> {
  const port = (state: number): string => `ip link set dev port-${host} type bridge_slave state ${state}`;
  const pause = (ms: number): string => `sleep ${ms / 1000}`;
  const [blocking, forwarding] = [0, 3];
  const times = Math.ceil(120_000 / (awayMs + thereMs));
  await script(lab.holder.switchInit, [
    `touch /tmp/contact-${host}`,
    `( i=0; while [ -e /tmp/contact-${host} ] && [ $i -lt ${times} ]; do i=$((i+1)); ${port(blocking)}; ` +
      `${pause(awayMs)}; ${port(forwarding)}; ${pause(thereMs)}; done ) >/dev/null 2>&1 </dev/null &`,
  ]);
}

export async function goodContact(lab: Lab, host: HostName): Promise<void> {
  await script(lab.holder.switchInit, [
    `rm -f /tmp/contact-${host}`,
    'sleep 1.5',
    `ip link set dev port-${host} type bridge_slave state 3`,
  ]);
}

export async function quickLink(lab: Lab, host: HostName): Promise<void> {
  await script(lab.holder.switchInit, [`tc qdisc del dev port-${host} root 2>/dev/null || true`]);
  await script(lab.holder.hostInits[host], [`tc qdisc del dev ${HOSTS[host].interface} root 2>/dev/null || true`]);
}
