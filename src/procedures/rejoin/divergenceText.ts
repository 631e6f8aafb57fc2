// What mysqlbinlog's text says of the transactions in it, in few words.

export interface Counted {
  readonly transactions: number;
  /** `app.writes` -> how many rows. */
  readonly rows: ReadonlyMap<string, number>;
  /** Statements that are written as such, for instance DDL. */
  readonly statements: number;
}

const rowLine = /^### (?:INSERT INTO|UPDATE|DELETE FROM) `((?:[^`]|``)+)`\.`((?:[^`]|``)+)`$/;
/** MySQL with GTID and without, and MariaDB (by its GTID, which its text shows in a comment). */
const transactionLine = /\t(?:GTID|Anonymous_GTID)\b.*\blast_committed=|\tGTID \d+-\d+-\d+/;
const queryLine = /\tQuery\tthread_id=/;

/** @param text of mysqlbinlog -v --base64-output=DECODE-ROWS */
export function countTransactions(text: string): Counted {
  const rows = new Map<string, number>();
  let transactions = 0;
  let statements = 0;
  let isQuery = false;
  // MySQL 5.6 without GTID marks no transaction but by its frame, and a statement alone is one.
  let framed = 0;
  let isOpen = false;
  for (const line of text.split('\n')) {
    const [, schema, table] = rowLine.exec(line) ?? [];
    if (table !== undefined) {
      const name = `${schema ?? ''}.${table}`;
      rows.set(name, (rows.get(name) ?? 0) + 1);
    } else if (line.startsWith('#')) {
      if (transactionLine.test(line)) transactions += 1;
      isQuery = queryLine.test(line);
    } else if (isQuery && line.startsWith('BEGIN')) {
      framed += 1;
      isOpen = true;
    } else if (/^(?:COMMIT|ROLLBACK)\b/.test(line)) {
      isOpen = false;
    } else if (isQuery && isStatement(line)) {
      statements += 1;
      if (!isOpen) framed += 1;
      isQuery = false;
    }
  }
  return { transactions: transactions === 0 ? framed : transactions, rows, statements };
}

/** Neither a setting of mysqlbinlog's own nor the frame of a transaction. */
function isStatement(line: string): boolean {
  return !/^(?:SET |use |\/\*!|BEGIN\b|COMMIT\b|START TRANSACTION\b|DELIMITER\b|$)/i.test(line);
}

/** Up to five tables, the largest first. */
export function countedText({ transactions, rows, statements }: Counted): string {
  const sorted = [...rows].sort(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, 5).map(([name, count]) => `${name} ${count} row${count === 1 ? '' : 's'}`);
  const more = sorted.length > shown.length ? [`${sorted.length - shown.length} more tables`] : [];
  const plain = statements === 0 ? [] : [`${statements} statement${statements === 1 ? '' : 's'} without rows`];
  const what = [...shown, ...more, ...plain].join(', ');
  const count = `${transactions} transaction${transactions === 1 ? '' : 's'}`;
  return what === '' ? count : `${count}: ${what}`;
}
