// What MHA 0.58 does with a hook's exit code (MasterFailover.pm, MasterRotate.pm):
//   0                  it goes on
//   10                 it logs a warning and goes on
//   anything else      it aborts the failover or the switch, and undoes nothing
// For --command=status (MasterMonitor.pm, check_scripts) 10 is an error too: monitoring does not start.
// This is the only place that makes a 10. Failures have codes of their own, in errors/errors.ts.

/** MHA logs a warning and goes on. */
export const goOnExitCode = 10;

/**
 * `monitor status`: a cluster is not protected. What masterha_check_status says of a master that does not answer; no
 * failure of ours has it, and no hook leaves with it.
 */
export const notProtectedExitCode = 20;

/** `drill`: the cluster is as it was, but an outage was longer than the budget, or nobody can tell. */
export const overBudgetExitCode = 21;

/** `drill`: another server is the master now than before. */
export const halfWayExitCode = 22;

/** A hook that was started early and never called for: nothing was done. Early.pm of the layer knows it; MHA never. */
export const notCalledExitCode = 99;

/** How a hook ended that did not fail. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Safe to go on, but these things are left to do by hand; one line each. */
  | { readonly kind: 'proceed'; readonly leftToDo: readonly string[] };

/** `proceed` when there is something left to do. */
export function outcomeOf(leftToDo: readonly string[]): Outcome {
  return leftToDo.length === 0 ? { kind: 'done' } : { kind: 'proceed', leftToDo };
}

/**
 * The exit code of a hook, or of an operator's command, that did not fail. With MHA's command `status` it is 0: what
 * does not make it fail must not keep MHA from monitoring.
 */
export function exitCodeOf(outcome: Outcome, command?: string): 0 | typeof goOnExitCode {
  return outcome.kind === 'proceed' && outcome.leftToDo.length > 0 && command !== 'status' ? goOnExitCode : 0;
}
