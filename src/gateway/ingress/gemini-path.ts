import { geminiContent, geminiContentArray, geminiContentStream } from './gemini-content.ts';
import { geminiCountTokens } from './gemini-count-tokens.ts';
import type { Ingress } from './ingress.ts';
import type { PathCall } from './path-call.ts';

const PREFIX = '/gemini';
const VERSION = '(?:v1|v1beta|v1beta1|v1alpha)';
/** `…/models/gemini-2.5-pro:generateContent`. The name may hold slashes and colons. */
const CALL = new RegExp(`^(?:${PREFIX})?/${VERSION}/([^?]+):(generateContent|streamGenerateContent|countTokens)$`);
/** Whatever clients of this dialect ask for, beside what they share with other ones. */
const OWN = /^\/(?:gemini(?:\/|$)|(?:v1beta1?|v1alpha)\/)/;
const SHARED = /^\/v1\/models(?:\/|$)/;
/** As Vertex AI has it: the publisher stands where `provider/model` has the provider. */
const PUBLISHED = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/([^/]+)\/models\/(.+)$/;
const none: readonly string[] = [];

/** A call in this dialect by its request target; null where it is none. */
export function geminiCall(target: string): PathCall | null {
  const mark = target.indexOf('?');
  const match = CALL.exec(mark < 0 ? target : target.slice(0, mark));
  if (match === null) return null;
  const model = modelOf(match[1]!);
  if (model === null) return null;
  const query = mark < 0 ? null : new URLSearchParams(target.slice(mark + 1));
  const queryKeys = query?.getAll('key') ?? none;
  const method = match[2]!;
  return { ingress: ingressOf(method, query), route: `/v1beta/models/*:${method}`, model, queryKeys };
}

function ingressOf(method: string, query: URLSearchParams | null): Ingress {
  if (method === 'generateContent') return geminiContent;
  if (method === 'countTokens') return geminiCountTokens;
  const form = query?.get('alt') ?? query?.get('$alt');
  return form === 'sse' ? geminiContentStream : geminiContentArray;
}

/** Some packages leave `models/` out where the name holds a slash, and some write that slash as `%2F`. */
function modelOf(path: string): string | null {
  const name = decoded(path);
  if (name === null) return null;
  const published = PUBLISHED.exec(name);
  if (published !== null) return published[1] === 'google' ? published[2]! : `${published[1]}/${published[2]}`;
  return name.startsWith('models/') ? name.slice('models/'.length) : name;
}

function decoded(path: string): string | null {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** Whether clients of this dialect ask for this path; `shared` where clients of other ones do so as well. */
export function geminiPath(path: string): 'own' | 'shared' | null {
  if (OWN.test(path) || CALL.test(path)) return 'own';
  return SHARED.test(path) ? 'shared' : null;
}

/** The target without the keys in its query, where this dialect has keys there. */
export function withoutQueryKeys(target: string): { readonly target: string; readonly keys: readonly string[] } {
  const mark = target.indexOf('?');
  if (mark < 0 || geminiPath(target.slice(0, mark)) === null) return { target, keys: none };
  const pairs = target.slice(mark + 1).split('&');
  const isKey = (pair: string) => new URLSearchParams(pair).has('key');
  const keys = pairs.filter(isKey).map(pair => new URLSearchParams(pair).get('key')!);
  if (keys.length === 0) return { target, keys: none };
  const rest = pairs.filter(pair => !isKey(pair)).join('&');
  return { target: rest === '' ? target.slice(0, mark) : target.slice(0, mark + 1) + rest, keys };
}
