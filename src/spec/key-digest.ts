import { createHmac, createSecretKey } from 'node:crypto';

/**
 * How a virtual key is looked up: HMAC-SHA-256 under the instance's digest key, base64url. The digest key is random,
 * sealed by the master key and never changes, so a stolen table holds nothing that can be guessed offline.
 */
export type DigestKey = (presented: string) => string;

export function keyDigester(secret: Buffer): DigestKey {
  // Made once: making it from the bytes for every call costs seven times the digest itself.
  const key = createSecretKey(secret);
  return presented => createHmac('sha256', key).update(presented).digest('base64url');
}
