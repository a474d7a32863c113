import type { Prisma } from '../../generated/prisma/client.ts';
import type { KeyResource } from '../../spec/resources.ts';

/** What a key's row must be read with. */
export const keyRelations = {
  team: { select: { name: true } },
  consumer: { select: { name: true } },
} as const satisfies Prisma.VirtualKeyInclude;

type KeyRow = Prisma.VirtualKeyGetPayload<{ include: typeof keyRelations }>;

export const keyResource = (row: KeyRow): KeyResource => ({
  id: row.id,
  name: row.name,
  team: row.team.name,
  consumer: row.consumer?.name ?? null,
  digest: row.digest,
  hint: row.hint,
  models: row.models,
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  revokedAt: row.revokedAt,
  storeResponses: row.storeResponses,
  managedBy: row.managedBy,
});
