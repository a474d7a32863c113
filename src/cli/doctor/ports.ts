import { type Finding, ok, problem, warning } from './finding.ts';
import type { Port } from './port-holder.ts';

/** `pid`: the gateway of this data folder; null when none runs. `answers`: one answers at the admin port. */
export function checkPort(port: Port, pid: number | null, answers: boolean): Finding {
  const check = `port ${port.port}`;
  const { code, setting, host } = port;
  switch (code) {
    case null:
      if (pid === null) return ok(check, `free on ${host}`);
      return warning(
        check,
        `nobody listens on ${host}, and the gateway runs`,
        `It has other settings than this shell: compare ${setting}.`,
      );
    case 'EADDRINUSE':
      return taken(port, pid, answers);
    case 'EACCES':
      return problem(check, 'may not be used by this user', `Set ${setting} to one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return problem(check, `${host} is not an address of this machine`, `Correct ${setting.replace('PORT', 'HOST')}.`);
    default:
      return problem(check, `${host} cannot be listened on (${code})`, `Set ${setting} to another.`);
  }
}

function taken({ port, setting, holder }: Port, pid: number | null, answers: boolean): Finding {
  const check = `port ${port}`;
  if (holder !== null && holder.pid === pid) return ok(check, `held by our own gateway (process ${pid})`);
  if (holder === null && (pid !== null || answers)) return ok(check, 'taken, as it seems by our own gateway');
  const who = holder === null ? 'a process that this user cannot see' : `process ${holder.pid} (${holder.name})`;
  const advice =
    holder === null
      ? `Run this as root to see which; stop it, or set ${setting} to another port.`
      : `Stop it, or set ${setting} to another port. If it is a gateway of another data folder, compare TOLLGATE_DATA_DIR.`;
  return problem(check, `taken by ${who}`, advice);
}
