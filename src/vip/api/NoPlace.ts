import { Failure } from '../../errors/errors.ts';

/**
 * The cloud knows no network interface or port of a host: it was deleted, or the configuration makes us look in the
 * wrong place.
 */
export class NoPlace extends Failure {
  constructor(message: string, options: { readonly hint: string }) {
    super('address', message, options);
  }
}
