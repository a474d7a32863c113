import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { isKeyText } from './spec/names.ts';
import { didYouMean, editDistance } from './spec/nearest.ts';
import { Secret } from './spec/secret.ts';
import { parseDuration, parseSize } from './spec/units.ts';

/** Names and values of the process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, for commands that are handed none. */
export const processEnvironment = (): Environment => process.env;

/** Wrong settings or a wrong configuration file: each problem is one line for the operator. The start ends with exit code 2. */
export class ConfigurationProblem extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigurationProblem';
    this.problems = problems;
  }
}

const port = () => whole(1, 65_535);
const host = () =>
  z.string().refine(name => isHostName(name.toLowerCase()), { error: 'expected an address or host name' });
const folder = () => z.string().transform(path => resolve(path));

function whole(least: number, most: number) {
  const error = `expected a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }));
}

function measure(parse: (text: string) => number | null, least: number, most: number, expected: string) {
  return z.string().transform((text, context) => {
    const value = parse(text);
    if (value !== null && value >= least && value <= most) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

const secret = (accepts: (text: string) => boolean, expected: string) =>
  z
    .string()
    .refine(accepts, { error: `expected ${expected}` })
    .transform(text => new Secret(text));

const yesOrNo = z
  .enum(['1', '0', 'true', 'false'], { error: 'expected 1 or 0' })
  .transform(text => text === '1' || text === 'true');

const isMasterKey = (text: string) => /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=?|[A-Za-z0-9_-]{43}=?)$/.test(text);

function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'postgres:' || url.protocol === 'postgresql:');
}

function hostNames(text: string): readonly string[] {
  return Object.freeze(
    text
      .split(',')
      .map(name => name.trim().toLowerCase())
      .filter(name => name !== ''),
  );
}

const isHostName = (name: string) => isIP(name) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name);

/** Every setting of the environment that this version uses. `docs/configuration.md` lists the same names. */
export const settings = z.object({
  TOLLGATE_CONFIG: z.string().prefault('tollgate.yaml').describe('Configuration file; when named here it must exist'),
  TOLLGATE_HOST: host().prefault('0.0.0.0').describe('Address the data plane listens on'),
  TOLLGATE_PORT: port().prefault('4000').describe('Port of the data plane'),
  TOLLGATE_ADMIN_HOST: host().prefault('127.0.0.1').describe('Address the control plane listens on'),
  TOLLGATE_ADMIN_PORT: port().prefault('4001').describe('Port of the control plane'),
  TOLLGATE_ADMIN_HOSTS: z
    .string()
    .transform(hostNames)
    .refine(names => names.every(isHostName), { error: 'expected host names without port, separated by commas' })
    .prefault('')
    .describe('More host names that the admin port answers to, separated by commas'),
  TOLLGATE_DATA_DIR: folder().prefault('data').describe('Folder of everything that is kept; one gateway per folder'),
  TOLLGATE_MASTER_KEY: secret(isMasterKey, '32 random bytes as 64 hex digits or base64')
    .optional()
    .describe('Key that seals all stored secrets: 32 bytes in hex or base64'),
  TOLLGATE_MASTER_KEY_FILE: folder()
    .optional()
    .describe('File with the master key, mode 0600; `<data folder>.key` when absent, made at first start'),
  TOLLGATE_ADMIN_KEY: secret(isKeyText, '20 to 512 visible ASCII characters')
    .optional()
    .describe('Key of the admin API; made in `<data folder>/admin.key` when absent'),
  TOLLGATE_GRACE: measure(parseDuration, 0, 3_600_000, 'a duration up to 1h such as 30s')
    .prefault('30s')
    .describe('How long open streams may finish after SIGTERM'),
  TOLLGATE_DRAIN: measure(parseDuration, 0, 600_000, 'a duration up to 10m such as 5s')
    .optional()
    .describe('How long after SIGTERM calls are still taken while /readyz says no; 5s with DATABASE_URL, else 0s'),
  TOLLGATE_FSYNC: z
    .enum(['interval', 'each'], { error: 'expected interval or each' })
    .prefault('interval')
    .describe('When usage records are forced to disk: at intervals, or each before its call ends'),
  TOLLGATE_SPOOL_LIMIT: measure(parseSize, 1024 ** 2, 1024 ** 4, 'a size from 1MiB to 1024GiB such as 1GiB')
    .prefault('1GiB')
    .describe('Usage that may wait on disk for the database before the node is not ready'),
  TOLLGATE_SECRETS_DIR: folder().optional().describe('One more folder that `file:` references may point into'),
  TOLLGATE_METRICS_OPEN: yesOrNo.prefault('0').describe('Serves /metrics without a key'),
  DATABASE_URL: secret(isPostgresUrl, 'a URL that begins with postgresql://')
    .optional()
    .describe('Your own PostgreSQL, 15 or later; the embedded one when absent'),
  NODE_EXTRA_CA_CERTS: z.string().optional().describe('File with more certificate authorities; read by Node itself'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'expected trace, debug, info, warn, error, fatal or silent',
    })
    .prefault('info')
    .describe('Least important log lines that are written'),
});

export type Config = Readonly<z.output<typeof settings>> & {
  /** `TOLLGATE_CONFIG` was set, so the file must exist. */
  readonly configNamed: boolean;
};

/** With a database of one's own there may be other nodes, and something in front that has to notice. */
export const drainMillis = ({ TOLLGATE_DRAIN, DATABASE_URL }: Config): number =>
  TOLLGATE_DRAIN ?? (DATABASE_URL === undefined ? 0 : 5_000);

/** Known names that stop the start when set, because ignoring them would break what they promise. */
export const settingsNotBuilt = ['TOLLGATE_MODE', 'TOLLGATE_WORKERS', 'TOLLGATE_TRUSTED_PROXIES', 'REDIS_URL'] as const;

/** To be deleted from the process environment after reading, so that no child process or report holds them. */
export const secretSettings = ['TOLLGATE_MASTER_KEY', 'TOLLGATE_ADMIN_KEY', 'DATABASE_URL', 'REDIS_URL'] as const;

/** Reads the settings once. Throws a ConfigurationProblem that names every wrong variable, never a value. */
export function readConfig(environment: Environment, nodeArguments: readonly string[] = process.execArgv): Config {
  // Compose files and unit files set a variable to nothing where they mean that it is absent.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const parsed = settings.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map(issue => `${issue.path.join('.')}: ${issue.message}`),
    ...settingsNotBuilt.filter(name => name in given).map(name => `${name} is not built yet: unset it`),
    ...misspelled(Object.keys(given)),
    ...unsafe(given, nodeArguments),
    ...(parsed.success ? contradictions(parsed.data) : []),
  ];
  if (problems.length > 0 || !parsed.success) throw new ConfigurationProblem(problems);
  return Object.freeze({ ...parsed.data, configNamed: 'TOLLGATE_CONFIG' in given });
}

/** What is worth a line in the log at start although nothing is wrong with it. */
export function settingWarnings(environment: Environment): readonly string[] {
  const proxy = ['HTTPS_PROXY', 'https_proxy'].find(name => environment[name]);
  return [
    ...(proxy ? [`${proxy} is not built yet: providers are called directly, not through the proxy`] : []),
    ...unknownNames(Object.keys(environment))
      .filter(name => !/^TOLLGATE_(TEST_.*|FIXTURES|.*_KEY)$/.test(name))
      .map(name => `${name} is not a setting of Tollgate`),
  ];
}

const knownNames: readonly string[] = [...Object.keys(settings.shape), ...settingsNotBuilt];
const unknownNames = (names: readonly string[]) =>
  names.filter(name => name.startsWith('TOLLGATE_') && !knownNames.includes(name));

/** Only names within two edits: others may well be the operator's own, behind an `env:` reference. */
function misspelled(names: readonly string[]): readonly string[] {
  return unknownNames(names).flatMap(name => {
    const close = knownNames.filter(known => editDistance(name, known) <= 2);
    return close.length === 0 ? [] : [`${name} is not a setting${didYouMean(name, close)}`];
  });
}

function unsafe(environment: Environment, nodeArguments: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    problems.push('NODE_TLS_REJECT_UNAUTHORIZED=0 lets anyone pose as a provider: unset it, see NODE_EXTRA_CA_CERTS');
  }
  const flags = [...nodeArguments, ...(environment.NODE_OPTIONS ?? '').split(/\s+/)];
  if (flags.some(flag => /^--inspect(-brk|-wait)?(=|$)/.test(flag))) {
    problems.push('--inspect gives every secret to whoever reaches its port: start Node without it');
  }
  return problems;
}

function contradictions(config: z.output<typeof settings>): readonly string[] {
  const problems: string[] = [];
  if (config.TOLLGATE_PORT === config.TOLLGATE_ADMIN_PORT) {
    problems.push('TOLLGATE_ADMIN_PORT: expected another port than TOLLGATE_PORT');
  }
  if (config.TOLLGATE_MASTER_KEY && config.TOLLGATE_MASTER_KEY_FILE) {
    problems.push('TOLLGATE_MASTER_KEY_FILE: expected either this or TOLLGATE_MASTER_KEY, not both');
  }
  return problems;
}
