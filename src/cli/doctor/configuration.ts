import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Config, ConfigurationProblem, type Environment, settingWarnings } from '../../config.ts';
import type { ConfigurationFile } from '../../control/configuration/configuration-file.ts';
import type { Adapters } from '../../control/configuration/context.ts';
import { loadConfiguration } from '../../control/configuration/load-configuration.ts';
import { type Finding, note, ok, problem, warning } from './finding.ts';

/** What a start with these settings would read. */
export interface ReadFile {
  /** Null when there is none, or when it is wrong. */
  readonly file: ConfigurationFile | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export function readConfiguration(config: Config, environment: Environment, adapters: Adapters): ReadFile {
  try {
    const loaded = loadConfiguration(config, environment, adapters);
    return { file: loaded?.file ?? null, problems: [], warnings: loaded?.warnings ?? [] };
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    return { file: null, problems: error.problems, warnings: [] };
  }
}

const CHECK = 'configuration';
const sameEnvironment =
  'Where the gateway gets its variables from elsewhere (a unit file, a compose file), run the doctor with the same ones.';

/** The file and the environment, as `validate` and the start see them. */
export function checkConfiguration(config: Config, environment: Environment, read: ReadFile): readonly Finding[] {
  const settings = settingWarnings(environment).map(text => warning(CHECK, text, adviceOnSetting(text)));
  const wrong = read.problems.map(text => problem(CHECK, text, adviceOnMistake(text)));
  const doubtful = read.warnings.map(text =>
    warning(CHECK, text, 'docs/configuration.md says what stands where; a start takes the file as it is.'),
  );
  const found = [...settings, ...wrong, ...doubtful];
  if (wrong.length > 0) return found;
  if (read.file) return [ok(CHECK, `${config.TOLLGATE_CONFIG} is valid`), ...found];
  const advice = 'Set TOLLGATE_CONFIG to the file if there is one.';
  const absent = `${config.TOLLGATE_CONFIG}: there is no such file; providers come from the environment`;
  return [note(CHECK, absent, advice), ...found];
}

/** Node itself reads this file, and goes on with one line on stderr when it cannot. */
export function checkAuthorities({ NODE_EXTRA_CA_CERTS: path }: Config): readonly Finding[] {
  if (path === undefined) return [];
  try {
    new X509Certificate(readFileSync(path));
    return [ok(CHECK, `NODE_EXTRA_CA_CERTS: ${path} holds certificates`)];
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const advice =
      'Correct the path, or put PEM certificates into the file: without them your own providers are refused.';
    return [problem(CHECK, `NODE_EXTRA_CA_CERTS: ${path} cannot be read as certificates (${reason})`, advice)];
  }
}

/** Settings that stop everything: nothing else can be looked at before they are right. */
export const wrongSettings = ({ problems }: ConfigurationProblem): readonly Finding[] =>
  problems.map(text => problem(CHECK, text, 'Correct it and run this again: nothing else was checked.'));

const adviceOnMistake = (text: string): string =>
  /(env|file):\S+ (is not set|does not exist)/.test(text)
    ? `Set it, or correct the reference. ${sameEnvironment}`
    : 'Correct it: a start refuses this file. A running gateway keeps what it has read.';

const adviceOnSetting = (text: string): string =>
  /proxy/i.test(text)
    ? 'The gateway needs a direct way to its providers: let the firewall pass it, or point base_url at a relay of yours.'
    : 'Unset it, or correct its name if a setting was meant.';
