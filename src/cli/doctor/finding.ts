/** One thing that was looked at. Sentences hold names, versions and times; never a value. */
export interface Finding {
	/** Something has to be done. */
	readonly isProblem: boolean;
	readonly sentence: string;
	/** More about it, or what to do. */
	readonly details?: readonly string[];
}

export const fine = (sentence: string, ...details: string[]): Finding => ({
	isProblem: false,
	sentence,
	details,
});

export const problem = (sentence: string, ...details: string[]): Finding => ({
	isProblem: true,
	sentence,
	details,
});
