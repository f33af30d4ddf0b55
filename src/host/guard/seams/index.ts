import { activation } from './activation';
import { answers } from './answers';
import { binaryData, binaryViews } from './binary';
import { editor } from './editor';
import { choices } from './forms';
import { decryption, renewal, tests } from './learning';
import { customData, lifecycle, staticData } from './lifecycle';
import { logSeams } from './logs';
import { permissions, pins } from './pins';
import { editorMessages, push } from './push';
import { jobAnswers, jobFailures, jobMessages } from './queue';
import { readerSeams } from './readers';
import { readBack, records } from './records';
import type { Seam } from './seam';
import { telemetry } from './telemetry';

/** Every place of the host that the guard wraps, those that open first. */
export const SEAMS: readonly Seam[] = [
	lifecycle,
	readBack,
	...readerSeams,
	editor,
	jobAnswers,
	records,
	permissions,
	pins,
	push,
	editorMessages,
	jobMessages,
	jobFailures,
	staticData,
	customData,
	binaryData,
	binaryViews,
	decryption,
	renewal,
	tests,
	choices,
	activation,
	telemetry,
	answers,
	...logSeams,
];
