/** node-postgres: the PostgreSQL driver. */
export { Client, Pool, Query, types } from 'pg';
export type { CustomTypesConfig, PoolClient, PoolConfig, QueryResult, QueryResultRow } from 'pg';
