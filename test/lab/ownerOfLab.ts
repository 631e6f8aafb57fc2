// A program that makes an ephemeral lab and waits: lab.test.ts kills it and looks at what is left.
import { startLab } from './lab.ts';

const lab = await startLab();
console.log(
  JSON.stringify({
    name: lab.name,
    inits: [lab.holder.outermost.pid, lab.holder.switchInit, ...Object.values(lab.holder.hostInits)],
  }),
);
setInterval(() => undefined, 60_000);
