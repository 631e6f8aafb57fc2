// An application that opens sessions until the server takes no more, and then does nothing with them. Prints how many
// it has.
//
// node idleClient.ts HOST     ends when it is killed
import { createConnection } from 'mysql2/promise';
import { APPLICATION_ACCOUNT } from '../../lab/hosts.ts';

const [host = ''] = process.argv.slice(2);
const { user, password } = APPLICATION_ACCOUNT;
let opened = 0;

for (;;) {
  try {
    const connection = await createConnection({ host, user, password, connectTimeout: 5_000 });
    connection.on('error', () => undefined);
    opened += 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ER_CON_COUNT_ERROR') break;
  }
}
console.log(`${opened} sessions`);
setInterval(() => undefined, 60_000);
