// All rows, in the order of the table.
import type { Row } from '../row.ts';
import { anotherMasterRows } from './anotherMaster.ts';
import { cutRows } from './cut.ts';
import { fieldRows } from './field.ts';
import { frozenRows } from './frozen.ts';
import { halfWayRows } from './halfWay.ts';
import { hangRows } from './hang.ts';
import { hooksShotRows } from './hooksShot.ts';
import { hostsDieRows } from './hostsDie.ts';
import { managersRows } from './managers.ts';
import { programsShotRows } from './programsShot.ts';
import { returningRows } from './returning.ts';
import { saidRows } from './said.ts';
import { undoingRows } from './undoing.ts';
import { unknownRows } from './unknown.ts';
import { watchedRows } from './watched.ts';
import { withdrawnRows } from './withdrawn.ts';

export const allRows: readonly Row[] = [
  ...unknownRows,
  ...undoingRows,
  ...returningRows,
  ...watchedRows,
  ...halfWayRows,
  ...frozenRows,
  ...saidRows,
  ...fieldRows,
  ...hooksShotRows,
  ...programsShotRows,
  ...hostsDieRows,
  ...cutRows,
  ...hangRows,
  ...withdrawnRows,
  ...anotherMasterRows,
  ...managersRows,
];
