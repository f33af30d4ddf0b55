import type { Command } from './command';
import { auditShow } from './commands/auditShow';
import { auditVerify } from './commands/auditVerify';
import { doctor } from './commands/doctor';
import { doctorExplain } from './commands/doctorExplain';
import { guardInstall } from './commands/guardInstall';
import { guardLeave, guardStay } from './commands/guardLeave';
import { stateForget } from './commands/stateForget';

/** What `sealbox` can do, in the order in which help lists it. */
export const COMMANDS: readonly Command[] = [
	doctorExplain,
	doctor,
	auditVerify,
	auditShow,
	guardInstall,
	guardLeave,
	guardStay,
	stateForget,
];
