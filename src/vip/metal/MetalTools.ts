import type { Budget } from '../../context/budget.ts';
import type { Clock } from '../../context/Context.ts';

export interface MetalTools {
  readonly clock: Clock;
  readonly budget: Budget;
  /** For what went less well than it could, but leaves nothing to do. */
  readonly warn: (line: string) => void;
  /**
   * False where nobody listens to announcements: a cloud's network knows by itself where an address is. Default true.
   */
  readonly announces?: boolean;
  /**
   * Whose address the network is asked from who has the writer address. `own`: a network that lets a host use no other
   * one drops the rest. Default `none`.
   */
  readonly probesFrom?: 'none' | 'own';
}
