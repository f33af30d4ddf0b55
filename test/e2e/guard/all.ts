import type { Way } from './walk.ts';
import { aiWays } from './ways/ai.ts';
import { answerWays } from './ways/answer.ts';
import { codeWays } from './ways/code.ts';
import { editorWays } from './ways/editor.ts';
import { flowWays } from './ways/flow.ts';
import { httpWays } from './ways/http.ts';
import { subWays } from './ways/sub.ts';
import { tokenWays } from './ways/tokens.ts';
import { waitWays } from './ways/wait.ts';

/** Every way, those first that take long. */
export const WAYS: readonly Way[] = [
	...waitWays,
	...subWays,
	...aiWays,
	...tokenWays,
	...answerWays,
	...httpWays,
	...codeWays,
	...flowWays,
	...editorWays,
];
