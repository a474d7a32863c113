import { limits } from '../spec/limits.ts';

/** Shapes of secrets and accounts that a provider's message may echo; each runs in linear time. */
const patterns: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|tgp|tg|key|r8|hf|nvapi|fw|csk|pplx)[-_][A-Za-z0-9*•.…_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+/g,
  /\bBearer\s+\S+/gi,
  /\b(?:org|proj|acct|user)[-_][A-Za-z0-9]{8,}/g,
  /\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}\b/g,
  /\b(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)(?:\.\d{1,3}){2,3}(?::\d+)?\b/g,
];

const HIDDEN = '[redacted]';

/**
 * A provider's text made fit for a client: the exact secret of this attempt and everything that looks like a key, an
 * account, an address or a private host is taken out, and it is cut at 2 KiB.
 */
export function redact(text: string, secret: string | null): string {
  // Cut generously before the patterns run and exactly after, so that a secret over the edge is not left in part.
  let clean = text.slice(0, 4 * limits.errorMessageLength);
  if (secret !== null && secret.length >= 4) clean = clean.replaceAll(secret, HIDDEN);
  for (const pattern of patterns) clean = clean.replace(pattern, HIDDEN);
  return clean.slice(0, limits.errorMessageLength);
}
