import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compatible } from '../../../providers/openai-compatible.ts';
import { ConfigurationProblem, type Environment, readConfig } from '../../../src/config.ts';
import {
  type ConfigurationFile,
  readConfigurationFile,
} from '../../../src/control/configuration/configuration-file.ts';
import type { Adapters } from '../../../src/control/configuration/context.ts';
import { referenceSources } from '../../../src/control/secrets/reference-sources.ts';
import type { UpstreamClient } from '../../../src/spec/upstream.ts';

/** Stands for an adapter that answers in this process; nothing is sent here. */
const local: UpstreamClient = {
  send: () => ({ abort: () => {}, pause: () => {}, resume: () => {}, sent: true }),
  close: async () => {},
};

const built = [
  compatible({ id: 'openai', baseUrl: 'https://api.openai.com/v1', keyNames: ['OPENAI_API_KEY'] }),
  compatible({ id: 'groq', baseUrl: 'https://api.groq.com/openai/v1', keyNames: ['GROQ_API_KEY'] }),
  compatible({ id: 'openai-compatible', keyNames: [], keyless: true }),
  { ...compatible({ id: 'simulator', keyNames: [], keyless: true }), builtIn: true, local, models: ['echo'] },
];

/** A few adapters of each kind, so that these tests do not change with the list of providers. */
export const adapters: Adapters = {
  built: new Map(built.map(adapter => [adapter.id, adapter])),
  planned: new Map([
    ['anthropic', { id: 'anthropic', baseUrl: 'https://api.anthropic.com', keyNames: ['ANTHROPIC_API_KEY'] }],
    ['bedrock', { id: 'bedrock', keyNames: [] }],
  ]),
};

export const environment: Environment = {
  OPENAI_API_KEY: 'sk-from-environment',
  APP: 'app:of-the-environment',
  SPACED_KEY: 'with a space',
  WEB_KEY: 'tg_web_0123456789_abcdefghij',
  SAME_KEY: 'tg_web_0123456789_abcdefghij',
  SHORT_KEY: 'short',
  TOLLGATE_MASTER_KEY: 'canary',
};

export interface Reading {
  readonly file: ConfigurationFile | null;
  /** Without the folder: `tollgate.yaml:3:5: …`. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads the text as a configuration file in a folder of its own. */
export const read = (text: string | Buffer): Reading => readWith(adapters, text);

export function readWith(known: Adapters, text: string | Buffer): Reading {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-configuration-'));
  const path = join(folder, 'tollgate.yaml');
  const short = (lines: readonly string[]) => lines.map(line => line.replaceAll(`${folder}/`, ''));
  writeFileSync(path, text);
  writeFileSync(join(folder, 'key.txt'), 'sk-from-file\n');
  const config = readConfig({ TOLLGATE_CONFIG: path, TOLLGATE_DATA_DIR: join(folder, 'data') }, []);
  try {
    const { file, warnings } = readConfigurationFile(path, {
      adapters: known,
      sources: referenceSources(config, environment),
    });
    return { file, problems: [], warnings: short(warnings) };
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return { file: null, problems: short(error.problems), warnings: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
