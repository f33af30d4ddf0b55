/** zod 4, from the version that n8n itself carries. */
export { z } from 'zod/v4';
