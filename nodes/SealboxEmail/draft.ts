import type { IExecuteFunctions } from 'n8n-workflow';
import { SealboxError } from '../../src/sealing/error';
import { tooLarge, type Draft, type File } from '../../src/mail/message';

/** What the form says, in the words of src/mail. */

const MB = 1e6;

export function maxBytesOf(context: IExecuteFunctions, item: number): number {
	const megabytes = Number(context.getNodeParameter('options.maxSize', item, 25));
	if (megabytes > 0) return megabytes * MB;
	throw invalid('Maximum Size is a number of megabytes above 0.');
}

/** The mail of one item. @throws {@link SealboxError}; what the host says may quote a value */
export async function draftOf(
	context: IExecuteFunctions,
	item: number,
	maxBytes: number,
): Promise<Draft> {
	const parameter = <T>(name: string, fallback: T): T => {
		try {
			return context.getNodeParameter(name, item, fallback) as T;
		} catch {
			throw invalid(`${name} of this item could not be read. Check that its expressions resolve.`);
		}
	};
	const text = (name: string) => String(parameter<unknown>(name, '') ?? '');
	const list = (name: string) => {
		const value = parameter<unknown>(name, '');
		return Array.isArray(value) ? value.map(String).join(', ') : String(value ?? '');
	};
	const format = text('emailFormat') || 'html';
	const files = { context, item, maxBytes };
	return {
		from: text('fromEmail'),
		to: list('toEmail'),
		cc: list('options.ccEmail'),
		bcc: list('options.bccEmail'),
		replyTo: list('options.replyTo'),
		subject: text('subject'),
		text: format === 'html' ? null : text('text'),
		html: format === 'text' ? null : text('html'),
		inReplyTo: text('options.inReplyTo'),
		references: list('options.references').replaceAll(',', ' '),
		headers: parameter<{ name?: string; value?: string }[]>('options.headers.values', []).map(
			({ name = '', value = '' }) => ({ name: String(name), value: String(value) }),
		),
		attachments: await filesOf(files, 'Attachments', list('options.attachments')),
		inline: await filesOf(files, 'Inline Images', list('options.inlineImages')),
	};
}

interface Files {
	readonly context: IExecuteFunctions;
	readonly item: number;
	readonly maxBytes: number;
}

/** The files of the named fields; what cannot go along anyway is not even read. */
async function filesOf(
	{ context, item, maxBytes }: Files,
	label: string,
	names: string,
): Promise<File[]> {
	const fields = names.split(',').map((name) => name.trim());
	const files: File[] = [];
	for (const field of fields.filter((name) => name !== '')) {
		const file = context.getInputData()[item]?.binary?.[field];
		if (file === undefined) {
			throw invalid(
				`The item has no file in the field "${field}", which stands under ${label}. Check its name, and what the node before gives.`,
			);
		}
		if ((file.bytes ?? 0) > maxBytes) throw tooLarge(file.bytes ?? 0, maxBytes);
		files.push({
			field,
			fileName: file.fileName ?? field,
			mediaType: file.mimeType,
			bytes: await context.helpers.getBinaryDataBuffer(item, field),
		});
	}
	return files;
}

const invalid = (sentence: string) => new SealboxError('ERR_MESSAGE_INVALID', sentence);
