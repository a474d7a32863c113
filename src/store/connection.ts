/** How to reach a database; members as `pg` names them. `host` is a folder for a unix socket. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** The same as a URL that `pg`, Prisma and psql understand. */
export function connectionUrl({ host, port, user, password, database }: Connection): string {
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const at = host.startsWith('/') ? `localhost:${port}` : `${host}:${port}`;
  const socket = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  return `postgresql://${account}@${at}/${encodeURIComponent(database)}${socket}`;
}
