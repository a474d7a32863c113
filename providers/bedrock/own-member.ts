import type { Extra } from '../../src/spec/chat/parts.ts';

/** Members of parts that no other dialect has: a client of OpenAI's dialect writes them beside its own. */
const BESIDE = new Set(['guardContent']);

export const isOwnMember = (dialect: string, name: string): boolean =>
  dialect === 'bedrock' || (dialect === 'openai-chat' && BESIDE.has(name));

export const ownMember = (extra: Extra | undefined, name: string): unknown =>
  extra?.bedrock?.[name] ?? (BESIDE.has(name) ? extra?.['openai-chat']?.[name] : undefined);
