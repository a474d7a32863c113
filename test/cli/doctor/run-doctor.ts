import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../../src/cli/doctor/finding.ts';
import { freePort } from '../../support/free-port.ts';
import { runCommand } from '../run-command.ts';

export interface Examined {
  readonly code: number;
  readonly findings: readonly Finding[];
  /** Everything it wrote. */
  readonly text: string;
  /** `state message` of each finding of a check. */
  of(check: string): readonly string[];
  adviceOf(check: string): readonly (string | null)[];
}

/** The command as a process of its own, with free ports unless told otherwise. */
export async function runDoctor(environment: Readonly<Record<string, string>>): Promise<Examined> {
  const [port, adminPort] = [String(await freePort()), String(await freePort())];
  const { code, stdout, stderr } = await runCommand(['doctor', '--json'], {
    TOLLGATE_HOST: '127.0.0.1',
    TOLLGATE_PORT: port,
    TOLLGATE_ADMIN_PORT: adminPort,
    ...environment,
  });
  const { findings }: { findings: readonly Finding[] } = JSON.parse(stdout);
  const by = (check: string) => findings.filter(finding => finding.check === check);
  return {
    code,
    findings,
    text: stdout + stderr,
    of: check => by(check).map(({ state, message }) => `${state} ${message}`),
    adviceOf: check => by(check).map(({ advice }) => advice),
  };
}

/** A folder for one test, and settings that keep to it. */
export function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-doctor-'));
  return {
    folder,
    settings: { TOLLGATE_DATA_DIR: join(folder, 'data'), TOLLGATE_CONFIG: join(folder, 'tollgate.yaml') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
