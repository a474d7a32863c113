import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

export interface Port {
  readonly setting: string;
  readonly host: string;
  readonly port: number;
  /** What the system says to who wants to listen there; null when it may. */
  readonly code: string | null;
  /** Who listens; null when nobody does or it cannot be seen. */
  readonly holder: { readonly pid: number; readonly name: string } | null;
}

export async function seePort(setting: string, host: string, port: number): Promise<Port> {
  const code = await tryListening(host, port);
  return { setting, host, port, code, holder: code === 'EADDRINUSE' ? holderOf(port) : null };
}

const tryListening = (host: string, port: number): Promise<string | null> =>
  new Promise(done => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(null)));
  });

/** Linux keeps who listens as a socket number, and the sockets of each process as links. Elsewhere nobody is named. */
function holderOf(port: number): Port['holder'] {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file => listening(file, port)));
  if (sockets.size === 0) return null;
  const pid = readdirSync('/proc').find(name => /^\d+$/.test(name) && holds(name, sockets));
  return pid === undefined ? null : { pid: Number(pid), name: nameOf(pid) };
}

const LISTEN = '0A';

function listening(file: string, port: number): readonly string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(file)
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(end) && state === LISTEN)
    .map(fields => `socket:[${fields[9]}]`);
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(number => sockets.has(linkOf(`/proc/${pid}/fd/${number}`)));
  } catch {
    return false; // another user's process, or one that ended just now
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed meanwhile
  }
}

const nameOf = (pid: string): string => read(`/proc/${pid}/comm`).trim() || 'unknown';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // no such list here, or the process ended
  }
}
