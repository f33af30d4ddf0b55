import type { Command } from './command';
import { auditShow } from './commands/auditShow';
import { auditVerify } from './commands/auditVerify';
import { guardInstall } from './commands/guardInstall';

/** What `sealbox` can do, in the order in which help lists it. */
export const COMMANDS: readonly Command[] = [auditVerify, auditShow, guardInstall];
