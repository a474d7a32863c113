import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { limits } from '../../spec/limits.ts';
import type { ProviderReply } from '../../spec/provider.ts';

/** The step at which a request stood still. */
export type Step = 'dns' | 'tcp' | 'tls' | 'http';

export interface Certificate {
  readonly from: Date;
  readonly to: Date;
}

export interface Answered {
  readonly state: 'answered';
  readonly reply: ProviderReply;
  readonly millis: number;
  /** Null without TLS. */
  readonly certificate: Certificate | null;
  /** What the provider's clock is ahead of ours; null where it does not say. */
  readonly skewMillis: number | null;
}

export interface Unanswered {
  readonly state: 'unanswered';
  readonly step: Step;
  /** Of the system or TLS; `TIMEOUT` when the time was over. */
  readonly code: string;
}

export type Asked = Answered | Unanswered;

/** One GET over a connection of its own, which knows no proxy, as the gateway's own calls do not. Never throws. */
export function askProvider(url: URL, headers: readonly string[], timeoutMillis: number): Promise<Asked> {
  const secure = url.protocol === 'https:';
  const { request, Agent } = secure ? https : http;
  const began = Date.now();
  let step: Step = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? 'dns' : 'tcp';
  let certificate: Certificate | null = null;
  return new Promise(resolve => {
    const fail = (error: Error) => resolve({ state: 'unanswered', step, code: codeOf(error) });
    const signal = AbortSignal.timeout(timeoutMillis);
    const outgoing = request(url, { headers: pairs(headers), agent: new Agent(), signal }, incoming => {
      const answered = (body: Buffer) => {
        const reply = { status: incoming.statusCode ?? 0, headers: incoming.headers, body };
        const millis = Date.now() - began;
        resolve({ state: 'answered', reply, millis, certificate, skewMillis: skewOf(incoming.headers.date, millis) });
      };
      collect(incoming, answered);
    });
    outgoing.on('error', fail);
    outgoing.on('socket', socket => {
      socket.once('lookup', error => {
        if (!error) step = 'tcp';
      });
      socket.once('connect', () => {
        step = secure ? 'tls' : 'http';
      });
      socket.once('secureConnect', () => {
        step = 'http';
        certificate = validity((socket as TLSSocket).getPeerCertificate());
      });
    });
    outgoing.end();
  });
}

/** As much of the body as an error needs; a list of models may be long. What a broken body leaves is taken as it is. */
function collect(incoming: http.IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = () => done(Buffer.concat(chunks).subarray(0, limits.upstreamErrorBytes));
  incoming.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= limits.upstreamErrorBytes) incoming.destroy();
  });
  incoming.on('error', end);
  incoming.on('close', end);
}

function pairs(list: readonly string[]): Record<string, string> {
  const found: Record<string, string> = { accept: 'application/json', 'accept-encoding': 'identity' };
  for (let index = 0; index < list.length; index += 2) found[list[index]!] = list[index + 1]!;
  return found;
}

function validity({ valid_from, valid_to }: PeerCertificate): Certificate | null {
  const certificate = { from: new Date(valid_from), to: new Date(valid_to) };
  return Number.isNaN(certificate.from.getTime() + certificate.to.getTime()) ? null : certificate;
}

/** The header counts whole seconds: half of one is added, and half of what the answer took. */
function skewOf(date: string | undefined, millis: number): number | null {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? null : Math.round(theirs + 500 - (Date.now() - millis / 2));
}

function codeOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'TIMEOUT';
  return 'code' in error ? String(error.code) : error.name;
}
