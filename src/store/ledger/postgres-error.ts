import { DatabaseError } from 'pg';

/** No partition takes the row: a check violation that names no constraint. */
export const isMissingPartition = (error: unknown): boolean =>
  error instanceof DatabaseError && error.code === '23514' && error.constraint === undefined;

/** Deadlock or serialization failure: the same statement may succeed now. */
export const isTransient = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.code === '40P01' || error.code === '40001');
