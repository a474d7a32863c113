import type { ProviderFailure, ProviderReply } from '../src/spec/provider.ts';
import { failureCause } from './failure-cause.ts';

type Fields = Omit<ProviderFailure, 'cause'>;

/**
 * Reads the error bodies that servers of OpenAI's dialect send: `{error:{message,type,code,param}}`, the same without
 * `error`, `{error:"text"}`, FastAPI's `{detail}`, an array around any of them, plain text. Never throws: a body that
 * holds no message (an HTML page, nothing, broken JSON) gives nulls and the status decides alone.
 */
export function openaiFailure(reply: ProviderReply): ProviderFailure {
  const text = reply.body.toString('utf8').trim();
  const parsed = parseJson(text);
  const fields = parsed === undefined ? plainText(text, reply.headers['content-type']) : fieldsOf(parsed);
  return { cause: failureCause(statusOf(reply.status, parsed), fields, text), ...fields };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is an expected answer here: proxies in front of providers speak HTML and text
  }
}

/** An error inside a stream comes with HTTP status 200; some servers then put the real one into `code`. */
function statusOf(status: number, parsed: unknown): number {
  if (status >= 400) return status;
  const error = envelope(parsed);
  const inner = [error.status_code, error.code, error.status].map(Number);
  return inner.find(value => value >= 400 && value <= 599) ?? 500;
}

function plainText(text: string, contentType: string | string[] | undefined): Fields {
  const markup = text.startsWith('<') || String(contentType).includes('html') || /^[[{]/.test(text);
  return { message: markup ? null : text || null, type: null, code: null, param: null };
}

function fieldsOf(parsed: unknown): Fields {
  const error = envelope(parsed);
  const detail = firstRecord(error.detail);
  return {
    message: messageOf(error) ?? (typeof parsed === 'string' ? parsed || null : null),
    type: textOf(error.type) ?? wordOf(error.status),
    code: codeOf(error.code),
    param: textOf(error.param) ?? pathOf(detail?.loc),
  };
}

/** The object that holds the message, with what stands beside it (`{"code": "…", "error": "text"}`). */
function envelope(parsed: unknown): Readonly<Record<string, unknown>> {
  const outer = firstRecord(parsed) ?? {};
  const error = outer.error ?? outer.errors;
  return { ...outer, ...(firstRecord(error) ?? {}) };
}

function messageOf(error: Readonly<Record<string, unknown>>): string | null {
  const detail = firstRecord(error.detail);
  const candidates = [error.message, error.error, error.detail, detail?.msg, detail?.message, error.msg];
  for (const candidate of [...candidates, error.title]) {
    const text = textOf(candidate) ?? (Array.isArray(candidate) ? textOf(candidate[0]) : null);
    if (text) return text;
  }
  return null;
}

/** A numeric code is mostly the HTTP status once more and tells nothing; other numbers are the provider's own. */
function codeOf(value: unknown): string | null {
  if (typeof value === 'number') return value >= 100 && value <= 599 ? null : String(value);
  return textOf(value);
}

/** `["body", "messages", 0]` → `messages.0`. */
function pathOf(value: unknown): string | null {
  if (!Array.isArray(value)) return null;
  return value.filter(step => step !== 'body').join('.') || null;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Google's `status: "INVALID_ARGUMENT"` is a type; a number or a number in text is not. */
const wordOf = (value: unknown): string | null => (typeof value === 'string' && /^[A-Z_]+$/.test(value) ? value : null);

function firstRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'object' && first !== null && !Array.isArray(first)
    ? (first as Readonly<Record<string, unknown>>)
    : null;
}
