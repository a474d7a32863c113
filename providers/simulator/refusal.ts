import type { z } from 'zod';
import type { Reply } from './reply.ts';

/** An error that the simulator answers with, in OpenAI's shape. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;

  constructor(
    status: number,
    code: string | null,
    message: string,
    param: string | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

const typeOf = (status: number): string => types[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');

export function errorReply(refusal: Refusal, delayMillis = 0): Reply {
  const { message, param, code, status } = refusal;
  const headers = { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '1' } : {}) };
  const body = JSON.stringify({ error: { message, type: typeOf(status), param, code } });
  return { status, headers, delayMillis, gapMillis: 0, chunks: [body].values(), streamed: false };
}

/** Parses a body at the border; the refusal names the first member that is wrong, as `messages[0].role`. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.reduce<string>(
    (path, step) => path + (typeof step === 'number' ? `[${step}]` : `.${String(step)}`),
    '',
  );
  const name = param?.replace(/^\./, '') || null;
  throw new Refusal(400, 'invalid_value', `${name ? `'${name}'` : 'The body'}: ${issue?.message}.`, name);
}

const failures: Readonly<Record<number, { readonly code: string | null; readonly message: string }>> = {
  400: { code: 'invalid_value', message: 'invalid request' },
  401: { code: 'invalid_api_key', message: 'incorrect API key' },
  403: { code: 'permission_denied', message: 'no permission' },
  404: { code: 'model_not_found', message: 'no such model' },
  429: { code: 'rate_limit_exceeded', message: 'rate limit reached' },
  500: { code: null, message: 'server error' },
  503: { code: null, message: 'overloaded' },
};

/** What `fail-STATUS` answers. */
export function simulatedFailure(status: number): Refusal {
  const { code, message } = failures[status] ?? { code: null, message: `status ${status}` };
  return new Refusal(status, code, `Simulated failure: ${message}.`);
}
