import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Recording {
  readonly id: string;
  readonly provider: string;
  readonly protocol: string;
  readonly request: Readonly<Record<string, unknown>> | null;
  readonly response: {
    readonly status: number;
    readonly body?: Readonly<Record<string, unknown>>;
    readonly sse?: readonly string[];
    /** The bytes of a binary event stream. */
    readonly body_base64?: string;
  };
}

const folder = resolve(process.env.TOLLGATE_FIXTURES ?? '../shared/fixtures');

export const whyNoRecordings = existsSync(folder)
  ? ''
  : ` (skipped: there are no recordings at ${folder}; TOLLGATE_FIXTURES names their folder)`;

/** Every recorded exchange in one protocol; none where the folder is absent. */
export function recordings(protocol: string): readonly Recording[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .sort()
    .map((name): Recording => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .filter(recording => recording.protocol === protocol);
}
