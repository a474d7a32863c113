import { createHmac } from 'node:crypto';

/**
 * How a virtual key is looked up: HMAC-SHA-256 under the instance's digest key, base64url. The digest key is random,
 * sealed by the master key and never changes, so a stolen table holds nothing that can be guessed offline.
 */
export type DigestKey = (presented: string) => string;

export function keyDigester(secret: Buffer): DigestKey {
  return presented => createHmac('sha256', secret).update(presented).digest('base64url');
}
