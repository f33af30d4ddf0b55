/** Unit tests run beside no n8n: none that this machine may have is found, or written to. */
const { tmpdir } = require('node:os');
const { join } = require('node:path');

process.env.N8N_USER_FOLDER = join(tmpdir(), 'sealbox-no-host');
delete process.env.N8N_ENCRYPTION_KEY;
