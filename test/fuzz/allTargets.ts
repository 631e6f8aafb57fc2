import type { Target } from './Target.ts';
import { fileTargets } from './targets/files.ts';
import { outputTargets } from './targets/outputs.ts';
import { rowTargets } from './targets/rows.ts';

export const allTargets: readonly Target[] = [...fileTargets, ...outputTargets, ...rowTargets];
