import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type Prisma, PrismaClient } from '../../generated/prisma/client.ts';

export type ConfigurationClient = PrismaClient;
export type ConfigurationTransaction = Prisma.TransactionClient;

/** Prisma over the store's own pool; ending that pool is the store's affair. */
export function openClient(pool: pg.Pool): ConfigurationClient {
  // The pool and the operation report a broken connection; this listener only keeps it from ending the process.
  return new PrismaClient({ adapter: new PrismaPg(pool, { onConnectionError: () => {} }) });
}
