import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends a server and removes its folder when this process dies in whatever way: a shell waits on a pipe whose other end
 * only we hold.
 */
export function endWithParent(server: ChildProcess, folder: string): { stop(): void } {
  const script = 'trap "" INT TERM HUP; read -r line || { kill -QUIT "$1"; sleep 1; rm -rf -- "$2"; }';
  const watch = spawn('/bin/sh', ['-c', script, 'sh', String(server.pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  return { stop: () => watch.stdin.end('done\n') };
}
