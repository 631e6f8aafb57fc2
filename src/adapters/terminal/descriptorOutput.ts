// stdout and stderr of a program whose output nobody may be able to take: a full disk under MHA's log, a pipe whose
// reader is gone, a terminal that was closed. None of that may end a failover, so what cannot be written is dropped,
// and the next line tries anew.
import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/**
 * A reader that is merely slow gets so long, for all lines together; after that, lines it does not take at once are
 * dropped.
 */
const patienceMs = 2000;
const pauseMs = 5;

/** Writes at once, so that nothing is lost when the process leaves. Never emits an error. */
export function descriptorOutput(fd: number): Writable {
  let patience = patienceMs;
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      while (rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(fd, rest));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || patience <= 0) break;
          patience -= pauseMs;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
        }
      }
      done();
    },
  });
}
