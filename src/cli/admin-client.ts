import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { type Config, readConfig } from '../config.ts';
import { errorSchema } from '../control/http/error-schema.ts';
import { adminKeyFile } from '../control/secrets/admin-key.ts';
import { Secret } from '../spec/secret.ts';
import { CommandFailure, exitCodes } from './command-failure.ts';
import type { Terminal } from './terminal.ts';

/** A report may take the database 15 s. */
const TIMEOUT_MILLIS = 60_000;

interface Answer {
  readonly status: number;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** Asks the admin API of the running gateway. Answers the body; throws a CommandFailure for anything but success. */
export async function askGateway(
  terminal: Terminal,
  method: Method,
  path: string,
  body?: object,
  timeoutMillis = TIMEOUT_MILLIS,
): Promise<string> {
  const config = readConfig(terminal.environment);
  const key = findAdminKey(config);
  if (key === null) {
    // Whether there is a gateway at all is what the person must know first.
    await exchange(config, null, 'GET', '/healthz', undefined, timeoutMillis);
    throw new CommandFailure(
      exitCodes.wrongUse,
      `There is no admin key: set TOLLGATE_ADMIN_KEY, or TOLLGATE_DATA_DIR to the gateway's data folder (there is no ${adminKeyFile(config)}).`,
    );
  }
  const { status, text } = await exchange(config, key, method, path, body, timeoutMillis);
  if (status >= 200 && status < 300) return text;
  throw refusal(config, status, text);
}

/** The query of a path, without what was not given. */
export function query(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.set(name, value);
  return given.size === 0 ? '' : `?${given}`;
}

function findAdminKey(config: Config): Secret | null {
  if (config.TOLLGATE_ADMIN_KEY) return config.TOLLGATE_ADMIN_KEY;
  const file = adminKeyFile(config);
  try {
    return new Secret(readFileSync(file, 'utf8').trim());
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new CommandFailure(exitCodes.wrongUse, `The admin key in ${file} cannot be read (${String(code)}).`, {
      cause,
    });
  }
}

/** An address that stands for every interface is not one to call. */
function hostOf({ TOLLGATE_ADMIN_HOST: host }: Config): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

export function urlOf(config: Config): string {
  const host = hostOf(config);
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.TOLLGATE_ADMIN_PORT}`;
}

function exchange(
  config: Config,
  key: Secret | null,
  method: Method,
  path: string,
  body: object | undefined,
  timeoutMillis: number,
): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    ...(key === null ? {} : { authorization: `Bearer ${key.reveal()}` }),
    ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
  };
  return new Promise((resolve, reject) => {
    // An agent of its own knows no proxy: the key goes to the gateway and nowhere else.
    const options = {
      host: hostOf(config),
      port: config.TOLLGATE_ADMIN_PORT,
      method,
      path,
      headers,
      agent: new Agent(),
    };
    const outgoing = request({ ...options, signal: AbortSignal.timeout(timeoutMillis) }, incoming => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', error => reject(unreachable(config, error)));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.on('error', error => reject(unreachable(config, error)));
    outgoing.end(bytes);
  });
}

function unreachable(config: Config, cause: Error): CommandFailure {
  const code = 'code' in cause ? String(cause.code) : cause.name;
  if (code === 'ECONNREFUSED') {
    const message = `Tollgate is not running: nothing answers at ${urlOf(config)}.`;
    return new CommandFailure(exitCodes.notRunning, message, { cause });
  }
  return new CommandFailure(exitCodes.failed, `The gateway at ${urlOf(config)} did not answer (${code}).`, { cause });
}

/** Statuses that say the command was used or configured wrongly. */
const wrongUse: ReadonlySet<number> = new Set([400, 401, 403, 421]);

function refusal(config: Config, status: number, text: string): CommandFailure {
  const exitCode = wrongUse.has(status) ? exitCodes.wrongUse : exitCodes.failed;
  const parsed = errorSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    return new CommandFailure(exitCodes.failed, `What answers at ${urlOf(config)} (status ${status}) is not Tollgate.`);
  }
  const { code, message, request_id } = parsed.data.error;
  if (code === 'admin_key_invalid') {
    const source = config.TOLLGATE_ADMIN_KEY ? 'TOLLGATE_ADMIN_KEY' : adminKeyFile(config);
    return new CommandFailure(exitCode, `The gateway at ${urlOf(config)} does not accept the admin key of ${source}.`);
  }
  return new CommandFailure(exitCode, status >= 500 ? `${message} (request ${request_id})` : message);
}

/** Undefined for what is no JSON: the schema then says no. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
