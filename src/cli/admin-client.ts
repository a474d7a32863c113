import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type Config, readConfig } from '../config.ts';
import { errorSchema } from '../control/http/error-schema.ts';
import { adminKeyFile } from '../control/secrets/admin-key.ts';
import { Secret } from '../spec/secret.ts';
import { CommandFailure, exitCodes } from './command-failure.ts';
import type { Terminal } from './terminal.ts';

/** A report may take the database 15 s. */
const TIMEOUT_MILLIS = 60_000;
/** For something that is made while it is sent; the gateway may first wait a minute for its ledger. */
const SILENCE_MILLIS = 120_000;

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
  const { status, text } = await exchange(config, await requireAdminKey(config), method, path, body, timeoutMillis);
  if (isSuccess(status)) return text;
  throw refusal(config, status, text);
}

/** The same for an answer that does not fit into memory: its bytes as they come. They end with an error when they are cut. */
export async function askForBytes(terminal: Terminal, path: string): Promise<IncomingMessage> {
  const config = readConfig(terminal.environment);
  const incoming = await send(config, await requireAdminKey(config), 'GET', path);
  const status = incoming.statusCode ?? 0;
  if (isSuccess(status)) return incoming;
  throw refusal(config, status, await textOf(incoming));
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

async function requireAdminKey(config: Config): Promise<Secret> {
  const key = findAdminKey(config);
  if (key !== null) return key;
  // Whether there is a gateway at all is what the person must know first.
  await exchange(config, null, 'GET', '/healthz');
  throw new CommandFailure(
    exitCodes.wrongUse,
    `There is no admin key: set TOLLGATE_ADMIN_KEY, or TOLLGATE_DATA_DIR to the gateway's data folder (there is no ${adminKeyFile(config)}).`,
  );
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

async function exchange(
  config: Config,
  key: Secret | null,
  method: Method,
  path: string,
  body?: object,
  timeoutMillis = TIMEOUT_MILLIS,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMillis);
  const incoming = await send(config, key, method, path, body, signal);
  try {
    return { status: incoming.statusCode ?? 0, text: await textOf(incoming) };
  } catch (error) {
    throw unreachable(config, error as Error);
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Answers as soon as the head of the answer is there. */
function send(
  config: Config,
  key: Secret | null,
  method: Method,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
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
    const outgoing = request({ ...options, ...(signal && { signal }) }, resolve);
    outgoing.setTimeout(SILENCE_MILLIS, () => outgoing.destroy(new Error('silence')));
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
