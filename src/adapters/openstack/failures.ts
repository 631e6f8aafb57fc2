// What Keystone and Neutron refuse, in one line with what to do.
import { Failure } from '../../errors/errors.ts';
import { asFailure, oneLine } from '../../errors/message.ts';
import type { HttpAnswer } from './jsonHttp.ts';

/** What may be otherwise in a moment: the service is overloaded, being started again, or the proxy before it is. */
export class PassingFailure extends Failure {}

export const isPassingStatus = (status: number): boolean => [429, 502, 503, 504].includes(status);

const hints: Readonly<Record<string, string>> = {
  PolicyNotAuthorized:
    'this login may not do that: its role must allow it, and address pairs on a network that another project ' +
    "owns need the policy update_port:allowed_address_pairs from the cloud's operator; or use " +
    'openstack_method = floating-ip',
  ExternalGatewayForFloatingIPNotFound:
    'connect the subnet of the port to a router that has its gateway in the network of the floating IP',
  FloatingIPPortAlreadyAssociated: 'that address is behind another floating IP already: take that one away',
  AddressPairAndPortSecurityRequired:
    'the port has port_security_enabled = false: the network lets it use every address, and there is nothing to move',
};

/** Neutron's own word for what is wrong; empty when it has said none. */
function neutronErrorType({ json }: HttpAnswer): string {
  return (json as { NeutronError?: { type?: string } } | undefined)?.NeutronError?.type ?? '';
}

/** @param what as in "did not change port X" */
export function neutronFailure(answer: HttpAnswer, url: string, what: string): Failure {
  const type = neutronErrorType(answer);
  const hint = hints[type] ?? hintOfStatus(answer.status);
  return new Failure(
    'address',
    `Neutron at ${url} did not ${what}: ${said(answer, type)}`,
    hint === undefined ? {} : { hint },
  );
}

export function keystoneFailure(answer: HttpAnswer, url: string, who: string): Failure {
  if (answer.status === 401) {
    return new Failure('address', `Keystone at ${url} refused the login of ${who}: ${said(answer, '')}`, {
      hint:
        'is the password or secret right, and is it not expired? see the options openstack_..., clouds.yaml or ' +
        'OS_...',
    });
  }
  const hint = answer.status === 404 ? 'is this the URL of Keystone v3?' : undefined;
  return new (isPassingStatus(answer.status) ? PassingFailure : Failure)(
    'address',
    `Keystone at ${url} did not let ${who} log in: ${said(answer, '')}`,
    hint === undefined ? {} : { hint },
  );
}

function said({ status, reason, json }: HttpAnswer, type: string): string {
  const { NeutronError, error } = (json ?? {}) as {
    NeutronError?: { message?: string };
    error?: { message?: string; title?: string };
  };
  const message = NeutronError?.message ?? error?.message;
  const code = `${status} ${type || error?.title || reason}`.trim();
  return message === undefined ? `${code}, without a reason` : `${code}: ${oneLine(message).slice(0, 300)}`;
}

/**
 * The service is being started again, the proxy before it is, or the way there is cut for a moment: not a wrong name,
 * address or certificate.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof PassingFailure || asFailure(error).kind === 'deadline') return true;
  const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].includes(
    code,
  );
}

function hintOfStatus(status: number): string | undefined {
  if (status >= 500) return 'is Neutron well, and does it reach Keystone?';
  return status === 404 ? 'it is gone, or belongs to another project' : undefined;
}
