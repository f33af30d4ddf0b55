import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file by which an operator asks the guard to leave, for every process that shares the folder. */
const fileIn = (guardFolder: string): string => join(guardFolder, 'leave.json');

export const isLeaveRequested = (guardFolder: string): boolean => existsSync(fileIn(guardFolder));

/** @throws the system's error when the folder cannot be written */
export function requestLeave(guardFolder: string, nowMs: number): void {
	mkdirSync(guardFolder, { recursive: true, mode: 0o700 });
	const request = { requestedAt: new Date(nowMs).toISOString() };
	writeFileSync(fileIn(guardFolder), JSON.stringify(request), { mode: 0o600 });
}

/** @returns whether there was a request */
export function withdrawLeave(guardFolder: string): boolean {
	const wasRequested = isLeaveRequested(guardFolder);
	rmSync(fileIn(guardFolder), { force: true });
	return wasRequested;
}
