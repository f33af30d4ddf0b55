/** mysql2: the MySQL and MariaDB driver. */
export { createConnection } from 'mysql2';
export type { Connection, ConnectionOptions } from 'mysql2';
