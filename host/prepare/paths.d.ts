/** Where `host/prepare.js` installs a pinned n8n; by default the version that tests run against. */
export function n8nFolder(version?: string): string;
