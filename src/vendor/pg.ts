/** node-postgres: the PostgreSQL driver. */
export { Client } from 'pg';
