// All rows, in the order of the table.
import type { Row } from '../row.ts';
import { halfWayRows } from './halfWay.ts';
import { returningRows } from './returning.ts';
import { undoingRows } from './undoing.ts';
import { unknownRows } from './unknown.ts';

export const allRows: readonly Row[] = [...unknownRows, ...undoingRows, ...returningRows, ...halfWayRows];
