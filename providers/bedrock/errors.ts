import type { StreamError } from '../../src/spec/chat/chat-stream.ts';
import type { ProviderFailure, ProviderReply } from '../../src/spec/provider.ts';
import { type Fields, fieldsOf, textOf } from '../anthropic/fields.ts';
import { openaiFailure } from '../openai-failure.ts';

type Cause = ProviderFailure['cause'];

/**
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html and the errors that all of
 * AWS's services have in common. A name that is not here lets the status decide.
 */
const names: Readonly<Record<string, Cause>> = {
  AccessDeniedException: 'auth',
  ExpiredToken: 'auth',
  ExpiredTokenException: 'auth',
  IncompleteSignature: 'auth',
  IncompleteSignatureException: 'auth',
  InvalidClientTokenId: 'auth',
  InvalidSignatureException: 'auth',
  MissingAuthenticationToken: 'auth',
  MissingAuthenticationTokenException: 'auth',
  NotAuthorized: 'auth',
  OptInRequired: 'auth',
  SignatureDoesNotMatch: 'auth',
  UnrecognizedClientException: 'auth',
  InternalFailure: 'server',
  InternalServerException: 'server',
  ModelErrorException: 'server',
  ModelStreamErrorException: 'server',
  ModelNotReadyException: 'overloaded',
  ServiceUnavailable: 'overloaded',
  ServiceUnavailableException: 'overloaded',
  ModelTimeoutException: 'timeout',
  RequestExpired: 'auth',
  ServiceQuotaExceededException: 'quota',
  Throttling: 'rate_limit',
  ThrottlingException: 'rate_limit',
  TooManyRequestsException: 'rate_limit',
  ConflictException: 'invalid',
  ResourceNotFoundException: 'invalid',
  SerializationException: 'invalid',
};

/** Those that a key gets for what it may not do. */
const rights = new Set(['AccessDeniedException', 'NotAuthorized', 'OptInRequired']);

/** An unknown key, an old one or a signature that does not fit. */
export const refusesKey = ({ cause, type }: ProviderFailure): boolean =>
  cause === 'auth' && type !== null && Object.hasOwn(names, type) && !rights.has(type);

/** What a `ValidationException` says in its message alone; the first rule that fits. */
const messages: readonly { readonly says: RegExp; readonly cause: Cause }[] = [
  {
    says: /(input|prompt) is too long|context (length|limit|window)|too many input tokens|input tokens? (exceed|limit)|number of input tokens/i,
    cause: 'context',
  },
  { says: /content filter|blocked by (our|the) content/i, cause: 'content' },
];

/** `{message}`, with the error's name in a header or in `__type`, or whatever a proxy in between answers. */
export function toError(reply: ProviderReply): ProviderFailure {
  const failure = openaiFailure(reply);
  const body = bodyOf(reply.body.toString('utf8'));
  const header = reply.headers['x-amzn-errortype'];
  const name = nameOf(textOf(Array.isArray(header) ? header[0] : header) || textOf(body.__type)) ?? failure.type;
  const message = brief(failure.message ?? (textOf(body.Message) || null));
  return { ...failure, cause: causeOf(name, message) ?? failure.cause, type: name, message };
}

/** An exception inside a stream; its name begins with a small letter there. */
export function streamError(type: string, data: string): StreamError {
  const name = nameOf(type.replace(/^[a-z]/, first => first.toUpperCase()));
  const { message, originalMessage, Message } = bodyOf(data);
  const text = [message, originalMessage, Message].map(textOf).find(said => said !== '') ?? null;
  const otherwise = name === 'ValidationException' ? 'invalid' : 'server';
  return { cause: causeOf(name, text) ?? otherwise, message: text, type: name, code: null };
}

function causeOf(name: string | null, message: string | null): Cause | null {
  if (name === 'ValidationException') return messages.find(({ says }) => says.test(message ?? ''))?.cause ?? null;
  return name !== null && Object.hasOwn(names, name) ? names[name]! : null;
}

/** `ThrottlingException:http://…` in the header, `com.amazon.coral.service#ThrottlingException` in the body. */
const nameOf = (text: string): string | null => /(?:^|#)([A-Za-z]+)(?::|$)/.exec(text)?.[1] ?? null;

/** Where a signature does not fit, the whole request that was signed follows, the session token with it. */
const brief = (message: string | null): string | null => message?.split(/\n\s*\n/, 1)[0]?.trim() ?? null;

function bodyOf(text: string): Fields {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}
